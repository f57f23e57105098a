// Service integrations: how a Task's parameters become a call of a service, and how the reply
// becomes the task's result or failure (developer guide, "Integrating services"). A service with
// wire forms of its own has a file, and its line in catalog.cc; all others share generic.cc. An
// integration makes one attempt; whatever AWS retries inside is unknown.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/clock/instant.h"
#include "emulator/rpc/call.h"
#include "emulator/states/failure.h"
#include "emulator/states/integration/resource.h"

namespace bedlam::states {

// A reply, received whole.
struct ServiceAnswer {
  int status = 0;
  aws::Headers headers;
  std::string body;
  WallTime at{};  // when its head came
};

// Why parameters cannot be used, in the words that AWS puts between brackets: "The field 'ModelId'
// is required but was missing".
struct ParameterMistake {
  std::string message;
};

// How a connection ended before its answer was whole.
enum class Fault { kReset, kClosedBeforeHead, kClosedInBody, kGarbage };

class Integration {
 public:
  explicit Integration(Resource resource) : resource_(std::move(resource)) {}
  virtual ~Integration() = default;
  Integration(const Integration&) = delete;
  Integration& operator=(const Integration&) = delete;

  const Resource& resource() const { return resource_; }

  // What is wrong with Parameters as written, `.$` members included; nothing where they may do.
  virtual std::optional<ParameterMistake> check(const Json& /*parameters*/) const {
    return std::nullopt;
  }
  // The call without its caller and its task.
  virtual Result<rpc::Call, ParameterMistake> call(const Json& parameters) const = 0;
  virtual Result<Json, Failure> result(const ServiceAnswer& answer) const = 0;
  // Of a task that makes several calls: the one after those that are answered, which begin with
  // that of call(); nothing where that was all. Then the result of all of them.
  virtual Result<std::optional<rpc::Call>, Failure> following(
      const Json& /*parameters*/, const std::vector<ServiceAnswer>& /*answers*/) const {
    return std::optional<rpc::Call>();
  }
  virtual Result<Json, Failure> result_of_all(const Json& /*parameters*/,
                                              const std::vector<ServiceAnswer>& answers) const {
    return result(answers.back());
  }
  // A result that a script gave, with what AWS adds to every result of this integration.
  virtual Json dressed(Json result, const ServiceAnswer& /*answer*/) const { return result; }
  // The same of what a script says the submitted job came to.
  virtual Json dressed_completion(Json result) const { return result; }
  virtual Failure broken(Fault fault) const = 0;

  // Of `.sync`: the call that is answered when the submitted job is over, and what that says.
  virtual rpc::Call completion(const rpc::Call& submit, const Json& /*submitted*/) const {
    return submit;
  }
  virtual Result<Json, Failure> completed(const ServiceAnswer& answer) const {
    return result(answer);
  }
  // The call that ends the job, where the task ends first; the caller is filled in.
  virtual std::optional<rpc::Call> cancellation(const Json& /*submitted*/) const {
    return std::nullopt;
  }

 private:
  Resource resource_;
};

// Of every resource but activities.
std::shared_ptr<const Integration> make_integration(const Resource& resource);

// The first of the fields that is missing; a member `ModelId.$` counts as ModelId.
std::optional<ParameterMistake> missing_field(const Json& parameters,
                                              std::initializer_list<std::string_view> required);

// Names with their first letter in upper case, as parameters and results of integrations have
// them, or in lower case, as most APIs do.
enum class Spelling { kPascal, kCamel };
std::string respell(std::string name, Spelling to);
// All names of a value, those of nested objects too, but nothing inside members named in `own`
// (in PascalCase): their content is the caller's.
Json respell_all(const Json& value, Spelling to, const std::vector<std::string_view>& own = {});

}  // namespace bedlam::states
