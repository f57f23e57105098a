// Requests about versions, aliases and redrives.
#include <algorithm>

#include "emulator/states/api/shapes.h"

namespace bedlam::states::shapes {
namespace {

using enum Member::Kind;

bool is_alias_name(std::string_view name) {
  const auto letter_like = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
  };
  return std::any_of(name.begin(), name.end(), letter_like) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter_like(c) || (c >= '0' && c <= '9'); });
}

constexpr Member kMachineArn = {.name = "stateMachineArn", .required = true, .min = 1, .max = 256};
constexpr Member kAliasArn = {
    .name = "stateMachineAliasArn", .required = true, .min = 1, .max = 256};
constexpr Member kVersionOrAliasDescription = {
    .name = "description", .sensitive = true, .max = 256};
constexpr Member kRoute[] = {
    {.name = "stateMachineVersionArn", .required = true, .min = 1, .max = 256},
    {.name = "weight", .kind = kInteger, .required = true, .min = 0, .max = 100}};

constexpr Member routing(bool required) {
  return {.name = "routingConfiguration",
          .kind = kStructures,
          .required = required,
          .members = kRoute,
          .min_items = 1,
          .max_items = 2,
          .item_name = "RoutingConfigurationListItem"};
}

constexpr Member kPublishMembers[] = {
    kMachineArn, {.name = "revisionId"}, kVersionOrAliasDescription};
constexpr Member kListMembers[] = {kMachineArn,
                                   {.name = "nextToken", .min = 1, .max = 1024},
                                   {.name = "maxResults", .kind = kInteger, .min = 0, .max = 1000}};
constexpr Member kDeleteVersionMembers[] = {
    {.name = "stateMachineVersionArn", .required = true, .min = 1, .max = 2000}};
constexpr Member kCreateAliasMembers[] = {kVersionOrAliasDescription,
                                          {.name = "name",
                                           .required = true,
                                           .min = 1,
                                           .max = 80,
                                           .pattern = "^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$",
                                           .meets_pattern = is_alias_name},
                                          routing(true)};
constexpr Member kUpdateAliasMembers[] = {kAliasArn, kVersionOrAliasDescription, routing(false)};
constexpr Member kDescribeAliasMembers[] = {kAliasArn};

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

constexpr Member kRedriveMembers[] = {
    {.name = "executionArn", .required = true, .min = 1, .max = 256},
    {.name = "clientToken",
     .min = 1,
     .max = 64,
     .pattern = "[!-~]+",
     .meets_pattern = is_visible_ascii}};

}  // namespace

const Shape kRedriveExecution = kRedriveMembers;
const Shape kPublishStateMachineVersion = kPublishMembers;
const Shape kListStateMachineVersions = kListMembers;
const Shape kDeleteStateMachineVersion = kDeleteVersionMembers;
const Shape kCreateStateMachineAlias = kCreateAliasMembers;
const Shape kUpdateStateMachineAlias = kUpdateAliasMembers;
const Shape kDescribeStateMachineAlias = kDescribeAliasMembers;

}  // namespace bedlam::states::shapes
