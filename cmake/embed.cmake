# bedlam_embed(TARGET FILE NAME): `extern const std::string_view NAME` in namespace bedlam::embedded, the file's text.
# A raw literal ends at )bedlam_text": no text that is embedded says that.
function(bedlam_embed target file name)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} text)
  string(CONCAT code
         "// ${file}, by cmake/embed.cmake.\n#include <string_view>\n\nnamespace bedlam::embedded {\n"
         "extern const std::string_view ${name};\n"
         "const std::string_view ${name} = R\"bedlam_text(${text})bedlam_text\";\n"
         "}  // namespace bedlam::embedded\n")
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  file(CONFIGURE OUTPUT ${generated} CONTENT "@code@" @ONLY)
  target_sources(${target} PRIVATE ${generated})
endfunction()
