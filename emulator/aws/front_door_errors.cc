#include "emulator/aws/front_door_errors.h"

#include <array>
#include <cstdio>

#include "emulator/aws/sigv4.h"
#include "emulator/base/base64.h"

namespace bedlam::aws::front_door {
namespace {

constexpr int kForbidden = 403;

Error invalid_signature(std::string message) {
  return {"InvalidSignatureException", kForbidden, std::move(message), Json::object()};
}

Error malformed_query(std::string message) {
  return {"AuthorizationQueryParametersError", 400, std::move(message), Json::object()};
}

Error incomplete(std::string message) {
  return {"IncompleteSignatureException", 400, std::move(message), Json::object()};
}

std::string in_quotes(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string fingerprint(std::string_view text) {
  return base64_encode(sha256(text));
}

}  // namespace

Error missing_token() {
  return {"MissingAuthenticationTokenException", kForbidden, "Missing Authentication Token",
          Json::object()};
}

Error unrecognized_client() {
  return {"UnrecognizedClientException", kForbidden,
          "The security token included in the request is invalid.", Json::object()};
}

Error expired_token() {
  return {"ExpiredTokenException", kForbidden,
          "The security token included in the request is expired", Json::object()};
}

Error signature_mismatch() {
  return invalid_signature(
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.");
}

Error no_key_value_pairs(std::string_view authorization) {
  return incomplete(
      "Invalid key=value pair (missing equal-sign) in Authorization header (hashed "
      "with SHA-256 and encoded with Base64): " +
      in_quotes(fingerprint(authorization)) + ".");
}

Error lacking_parameters(const std::vector<std::string_view>& names, bool date_lacks,
                         std::string_view authorization) {
  std::string text;
  for (const std::string_view name : names) {
    text += "Authorization header requires " + in_quotes(name) + " parameter. ";
  }
  if (date_lacks) {
    text += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  return incomplete(text + "(Hashed with SHA-256 and encoded with Base64) Authorization=" +
                    fingerprint(authorization));
}

Error lacking_query_parameters(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    text += "AWS query-string parameters must include " + in_quotes(name) + ". ";
  }
  return incomplete(text + "Re-examine the query-string parameters.");
}

Error malformed_credential(std::string_view credential) {
  return incomplete(
      "Credential must have exactly 5 slash-delimited elements, e.g. "
      "keyid/date/region/service/term, got " +
      in_quotes(credential));
}

Error malformed_date(std::string_view date) {
  return incomplete("Date must be in ISO-8601 'basic format'. Got " + in_quotes(date) +
                    ". See http://en.wikipedia.org/wiki/ISO_8601");
}

Error expires_is_no_number() {
  return malformed_query("X-Amz-Expires should be a number");
}

Error expires_too_small(std::chrono::seconds life) {
  return malformed_query(life.count() < 0 ? "X-Amz-Expires must be non-negative"
                                          : "X-Amz-Expires must be at least 1");
}

Error expires_too_large(std::chrono::seconds most) {
  const std::string most_in_words =
      most == std::chrono::days(7)
          ? "a week"
          : std::to_string(std::chrono::floor<std::chrono::hours>(most).count()) + " hours";
  return malformed_query("X-Amz-Expires must be less than " + most_in_words +
                         " (in seconds); that is, the given X-Amz-Expires must be less than " +
                         std::to_string(most.count()) + " seconds");
}

Error wrong_service(std::string_view expected) {
  return invalid_signature(
      "Credential should be scoped to correct service: " + in_quotes(expected) + ". ");
}

Error wrong_terminator(std::string_view found) {
  return invalid_signature(
      "Credential should be scoped with a valid terminator: 'aws4_request', not " +
      in_quotes(found) + ". ");
}

Error wrong_scope_date(std::string_view in_scope, std::string_view time) {
  return invalid_signature(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
      in_quotes(in_scope) + " != " + in_quotes(time.substr(0, time.find('T'))) + ", from " +
      in_quotes(time) + ".");
}

Error host_not_signed() {
  return invalid_signature(
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
}

// Quoted with minutes; a presigned request may live for less than one.
Error signed_too_early(std::chrono::sys_seconds signed_at, std::chrono::sys_seconds now,
                       std::chrono::seconds allowed) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(allowed);
  const std::string length = minutes == allowed ? std::to_string(minutes.count()) + " min."
                                                : std::to_string(allowed.count()) + " sec.";
  return invalid_signature("Signature expired: " + basic_time(signed_at) + " is now earlier than " +
                           basic_time(now - allowed) + " (" + basic_time(now) + " - " + length +
                           ")");
}

Error signed_in_the_future(std::chrono::sys_seconds signed_at, std::chrono::sys_seconds now) {
  return invalid_signature("Signature not yet current: " + basic_time(signed_at) +
                           " is still later than " + basic_time(now + kMaxSkew) + " (" +
                           basic_time(now) + " + " + std::to_string(kMaxSkew.count()) + " min.)");
}

// The gateway in front of Bedrock says "Message", where its own answers say "message".
Error invalid_api_key() {
  return {"AccessDeniedException",
          kForbidden,
          "",
          {{"Message", "Authentication failed: Please make sure your API Key is valid."}}};
}

Error malformed_api_key() {
  return {"AccessDeniedException",
          kForbidden,
          "",
          {{"Message", "Invalid API Key format: Must start with pre-defined prefix"}}};
}

Error expired_api_key() {
  return {"AccessDeniedException", kForbidden, "", {{"Message", "Bearer Token has expired"}}};
}

std::string basic_time(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace bedlam::aws::front_door
