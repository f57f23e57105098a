// TagResource, UntagResource, ListTagsForResource.
#include "emulator/states/api/tags.h"

#include <utility>

#include "emulator/states/api/errors.h"
#include "emulator/states/api/operation.h"

namespace bedlam::states {
namespace {

// The tags of a whole state machine or an activity: a version's ARN finds nothing (recorded).
Result<Tags*, aws::Error> tagged_resource(Account& account, const Request& request) {
  const std::string& arn = *find_text(request.body, "resourceArn");
  if (!arn.starts_with("arn:")) return errors::invalid_arn_prefix(arn);
  if (StateMachine* machine = account.find_machine(arn)) return &machine->tags;
  if (Activity* activity = account.activities().find(arn)) return &activity->tags;
  return errors::resource_not_found(arn);
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
  auto held = tagged_resource(account, request);
  if (!held) return held.error();
  auto tags =
      with_tags(**held, find(request.body, "tags"), *find_text(request.body, "resourceArn"));
  if (!tags) return tags.error();
  **held = std::move(*tags);
  return Json::object();
}

Answer untag_resource(Account& account, const Request& request) {
  auto held = tagged_resource(account, request);
  if (!held) return held.error();
  for (const Json& key : request.body.at("tagKeys")) {
    (*held)->erase(key.get<std::string>());
  }
  return Json::object();
}

Answer list_tags_for_resource(Account& account, const Request& request) {
  auto held = tagged_resource(account, request);
  if (!held) return held.error();
  Json tags = Json::array();
  for (const auto& [key, value] : **held) {
    tags.push_back({{"key", key}, {"value", value}});
  }
  return Json{{"tags", std::move(tags)}};
}

}  // namespace bedlam::states
