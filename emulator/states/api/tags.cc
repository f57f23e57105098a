// TagResource, UntagResource, ListTagsForResource.
#include "emulator/states/api/tags.h"

#include <utility>

#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"

namespace bedlam::states {
namespace {

// Only whole state machines carry tags: a version's ARN finds nothing (recorded).
Result<StateMachine*, aws::Error> tagged_resource(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "resourceArn");
  if (!arn.starts_with("arn:")) return errors::invalid_arn_prefix(arn);
  StateMachine* machine = account.find_machine(arn);
  if (machine == nullptr) return errors::resource_not_found(arn);
  return machine;
}

}  // namespace

Result<Tags, aws::Error> with_tags(Tags tags, const Json* added, std::string_view arn) {
  if (added == nullptr) return tags;
  for (const Json& tag : *added) {
    const std::string key(text_or(tag, "key"));
    if (key.starts_with("aws:")) return errors::reserved_tag_key(key);
    tags[key] = text_or(tag, "value");
  }
  if (tags.size() > kMaxTags) return errors::too_many_tags(arn);
  return tags;
}

Answer tag_resource(Account& account, const Request& request) {
  auto machine = tagged_resource(account, request);
  if (!machine) return machine.error();
  auto tags = with_tags((*machine)->tags, find(request.body, "tags"), (*machine)->arn);
  if (!tags) return tags.error();
  (*machine)->tags = std::move(*tags);
  return Json::object();
}

Answer untag_resource(Account& account, const Request& request) {
  auto machine = tagged_resource(account, request);
  if (!machine) return machine.error();
  for (const Json& key : request.body.at("tagKeys")) {
    (*machine)->tags.erase(key.get<std::string>());
  }
  return Json::object();
}

Answer list_tags_for_resource(Account& account, const Request& request) {
  auto machine = tagged_resource(account, request);
  if (!machine) return machine.error();
  Json tags = Json::array();
  for (const auto& [key, value] : (*machine)->tags) {
    tags.push_back({{"key", key}, {"value", value}});
  }
  return Json{{"tags", std::move(tags)}};
}

}  // namespace bedlam::states
