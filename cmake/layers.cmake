# How every target of the project is compiled, and the one way to declare a layer.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# Sources compiled together, at most: docs/decisions/unity-builds.md. Who edits waits for the batch of the file, so those
# builds have small ones.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(batch 70)
else()
  set(batch 8)
endif()
set(BEDLAM_UNITY_BATCH ${batch} CACHE STRING "Sources compiled together where BEDLAM_UNITY is on, at most")

find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)

find_program(BEDLAM_LLD ld.lld)
if(BEDLAM_LLD)
  add_link_options(-fuse-ld=lld)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # g++ collects its garbage from 128 MB on, a tenth of its time; a batch needs a gigabyte at most.
  add_compile_options(--param=ggc-min-heapsize=1000000)
endif()
if(BEDLAM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(BEDLAM_SANITIZE)
  add_compile_options(-fsanitize=${BEDLAM_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BEDLAM_SANITIZE})
endif()

function(bedlam_compile target)
  # g++ 12, when it optimises, warns of std::string's own operator+ (-Wrestrict, GCC bug 105651) and
  # of std::variant's own storage (-Wmaybe-uninitialized).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wno-restrict
                                           -Wno-maybe-uninitialized -Werror)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)  # does not know the last two
    target_compile_options(${target} PRIVATE -Wno-unknown-warning-option)
  endif()
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  if(BEDLAM_UNITY)
    get_target_property(sources ${target} SOURCES)
    list(LENGTH sources count)
    math(EXPR batches "(${count} + ${BEDLAM_UNITY_BATCH} - 1) / ${BEDLAM_UNITY_BATCH}")
    math(EXPR even "(${count} + ${batches} - 1) / ${batches}")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${even})
  endif()
endfunction()

# bedlam_layer(NAME [COLD] DEPENDS layer... LINK library...)
# A static library of every .cc below the current directory. Linking names only the layers that the
# directory may include, so that a wrong include does not link; ci/check-layers says it in words.
# What is COLD, on the way of no Bedrock or Step Functions request, is optimised less: -O1 takes two thirds of the time.
function(bedlam_layer name)
  cmake_parse_arguments(LAYER "COLD" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT sources)
    set(sources ${CMAKE_SOURCE_DIR}/cmake/empty.cc)
  endif()
  add_library(bedlam_${name} STATIC ${sources})
  bedlam_compile(bedlam_${name})
  if(LAYER_COLD)
    target_compile_options(bedlam_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  list(TRANSFORM LAYER_DEPENDS PREPEND bedlam_)
  target_link_libraries(bedlam_${name} PUBLIC ${LAYER_DEPENDS} ${LAYER_LINK})
endfunction()
