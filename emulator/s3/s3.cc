#include "emulator/s3/s3.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/aws/authorization.h"
#include "emulator/aws/xml.h"
#include "emulator/s3/errors.h"
#include "emulator/s3/operation.h"
#include "emulator/s3/wire.h"

namespace bedlam::s3 {
namespace {

// Parts of the query that ask for something which is not here (API reference, actions).
constexpr std::array<std::string_view, 26> kSubresources{"accelerate",
                                                         "acl",
                                                         "analytics",
                                                         "attributes",
                                                         "cors",
                                                         "encryption",
                                                         "intelligent-tiering",
                                                         "inventory",
                                                         "legal-hold",
                                                         "lifecycle",
                                                         "logging",
                                                         "metrics",
                                                         "notification",
                                                         "object-lock",
                                                         "ownershipControls",
                                                         "partNumber",
                                                         "policy",
                                                         "policyStatus",
                                                         "publicAccessBlock",
                                                         "replication",
                                                         "requestPayment",
                                                         "restore",
                                                         "retention",
                                                         "tagging",
                                                         "uploads",
                                                         "versioning"};

constexpr std::array<Operation, 12> kOperations{{{"ListBuckets", list_buckets},
                                                 {"CreateBucket", create_bucket},
                                                 {"HeadBucket", head_bucket},
                                                 {"GetBucketLocation", get_bucket_location},
                                                 {"DeleteBucket", delete_bucket},
                                                 {"ListObjectsV2", list_objects_v2},
                                                 {"PutObject", put_object},
                                                 {"CopyObject", copy_object},
                                                 {"GetObject", get_object},
                                                 {"HeadObject", head_object},
                                                 {"DeleteObject", delete_object},
                                                 {"DeleteObjects", delete_objects}}};

std::string_view host_of(const aws::HttpRequest& request) {
  std::string_view host = request.headers.get("host");
  if (host.empty()) host = request.headers.get(":authority");
  return host.substr(0, host.rfind(':'));
}

// The bucket of a virtual host, "" for path style: "advert.s3.amazonaws.com",
// "advert.s3.localhost", "advert.localhost".
std::string_view bucket_in_host(std::string_view host) {
  for (const std::string_view mark : {".s3.", ".s3-"}) {
    if (const std::size_t at = host.find(mark); at != std::string_view::npos) {
      return host.substr(0, at);
    }
  }
  constexpr std::string_view kLocal = ".localhost";
  if (!host.ends_with(kLocal) || host == "s3.localhost") return {};
  return host.substr(0, host.size() - kLocal.size());
}

// "s3.localhost", "advert.s3.amazonaws.com", "s3-us-west-2.amazonaws.com".
bool names_s3(std::string_view host) {
  constexpr std::string_view kName = "s3";
  for (std::size_t at = host.find(kName); at != std::string_view::npos;
       at = host.find(kName, at + 1)) {
    const std::string_view rest = host.substr(at + kName.size());
    if ((at == 0 || host[at - 1] == '.') && (rest.starts_with('.') || rest.starts_with('-'))) {
      return true;
    }
  }
  return false;
}

bool is_for_s3(const aws::HttpRequest& request, const aws::Headers& query) {
  if (const auto scope = aws::credential_scope(request.headers.get("authorization"))) {
    return scope->service == "s3";
  }
  // A presigned URL: <key>/<date>/<region>/s3/aws4_request
  if (const auto credential = query.find("X-Amz-Credential")) {
    return credential->ends_with("/s3/aws4_request");
  }
  return names_s3(host_of(request));
}

// "" where no operation has that method there.
std::string operation_of(const aws::HttpRequest& request, const std::string& bucket,
                         const std::string& key, const aws::Headers& query) {
  const std::string& method = request.method;
  if (bucket.empty()) return method == "GET" ? "ListBuckets" : "";
  if (key.empty()) {
    if (method == "PUT") return "CreateBucket";
    if (method == "HEAD") return "HeadBucket";
    if (method == "DELETE") return "DeleteBucket";
    if (method == "POST") return query.find("delete") ? "DeleteObjects" : "";
    if (method != "GET") return "";
    if (query.find("location")) return "GetBucketLocation";
    return query.find("list-type") ? "ListObjectsV2" : "ListObjects";
  }
  if (method == "PUT") {
    return request.headers.find("x-amz-copy-source") ? "CopyObject" : "PutObject";
  }
  if (method == "GET") return "GetObject";
  if (method == "HEAD") return "HeadObject";
  return method == "DELETE" ? "DeleteObject" : "";
}

// "<Error><Code>NoSuchKey</Code>…": its code, message, and what else the error tells.
Answered as_xml(const aws::Error& error) {
  std::string xml = std::string(kXmlHead) + "<Error>" + aws::xml_element("Code", error.code) +
                    aws::xml_element("Message", error.message);
  for (const auto& [name, value] : error.members.items()) {
    xml += aws::xml_element(name, value.is_string() ? value.get<std::string>() : to_text(value));
  }
  return {error.http_status, {{"Content-Type", "application/xml"}}, xml + "</Error>"};
}

aws::Error unknown(const rpc::Call& call) {
  for (const std::string_view name : kSubresources) {
    if (call.parameters.find(name)) return errors::not_implemented(name);
  }
  if (call.operation == "ListObjects") return errors::not_implemented("list-type");
  return errors::method_not_allowed(call.operation);
}

}  // namespace

const Operation* find_operation(std::string_view name) {
  const auto* const found = std::find_if(kOperations.begin(), kOperations.end(),
                                         [&](const Operation& o) { return o.name == name; });
  return found == kOperations.end() ? nullptr : found;
}

Answer xml_answer(std::string body, int status) {
  return Answered{status, {{"Content-Type", "application/xml"}}, std::move(body)};
}

S3::S3(Scheduler& scheduler, std::uint64_t seed, std::string region)
    : scheduler_(scheduler), random_(Random(seed).derive("s3")), region_(std::move(region)) {}

std::optional<rpc::Call> S3::recognise(const aws::HttpRequest& request) const {
  aws::Headers query = query_parameters(request.target);
  if (!is_for_s3(request, query)) return std::nullopt;
  rpc::Call call;
  call.service = name();
  call.parameters = std::move(query);

  std::string bucket(bucket_in_host(host_of(request)));
  std::string key = aws::percent_decode(request.path().substr(1));
  if (bucket.empty()) {
    const std::size_t slash = key.find('/');
    bucket = key.substr(0, slash);
    key = slash == std::string::npos ? "" : key.substr(slash + 1);
  }
  call.resource = key.empty() ? bucket : bucket + "/" + key;
  call.operation = operation_of(request, bucket, key, call.parameters);
  if (call.operation.empty()) call.operation = request.method;
  return call;
}

// With the ids that every answer carries.
rpc::Reply S3::reply(Answered answer, std::uint64_t number) const {
  constexpr std::string_view kCapitals = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kRequestId = 16;
  constexpr std::size_t kSecondId = 75;
  Random ids = random_.derive("request", number);
  aws::Headers headers{{"x-amz-id-2", ids.text(kBase64, kSecondId) + "="},
                       {"x-amz-request-id", ids.text(kCapitals, kRequestId)}};
  for (const auto& [name, value] : answer.headers) headers.add(name, value);
  headers.add("Server", "AmazonS3");
  const bool has_body = answer.status != 204 && answer.status != 304;
  if (has_body && !headers.find("Content-Length")) {
    headers.add("Content-Length", std::to_string(answer.body.size()));
  }
  rpc::Reply reply;
  reply.steps.push_back({Duration{}, rpc::Head{answer.status, std::move(headers)}});
  if (!answer.body.empty()) {
    reply.steps.push_back({Duration{}, rpc::Bytes{std::move(answer.body), std::nullopt}});
  }
  reply.steps.push_back({Duration{}, rpc::End{}});
  return reply;
}

void S3::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  ++calls_;
  const std::size_t slash = call.resource.find('/');
  const Request request{call, call.resource.substr(0, slash),
                        slash == std::string::npos ? "" : call.resource.substr(slash + 1),
                        std::chrono::floor<std::chrono::seconds>(scheduler_.wall_now())};
  const bool asks_more =
      std::any_of(kSubresources.begin(), kSubresources.end(),
                  [&](std::string_view part) { return request.has_query(part); });
  const Operation* operation = asks_more ? nullptr : find_operation(call.operation);
  Answer answer = operation == nullptr ? Answer(unknown(call)) : operation->answer(store_, request);
  rpc::Reply told = reply(answer ? std::move(*answer) : as_xml(answer.error()), calls_);
  told.note.outcome = answer ? "answer" : answer.error().code;
  reply_to(std::move(told));
}

void S3::declare(const std::string& bucket) {
  store_.create(bucket, region_, std::chrono::floor<std::chrono::seconds>(scheduler_.wall_now()));
}

void S3::put(const std::string& bucket, const std::string& key, std::string body,
             const std::string& content_type) {
  declare(bucket);
  Object object =
      make_object(std::move(body), std::chrono::floor<std::chrono::seconds>(scheduler_.wall_now()));
  if (!content_type.empty()) object.content_type = content_type;
  store_.put(*store_.find(bucket), key, std::move(object));
}

std::map<std::string, std::shared_ptr<const std::string>> S3::objects() const {
  std::map<std::string, std::shared_ptr<const std::string>> bodies;
  for (const auto& [name, bucket] : store_.buckets()) {
    for (const auto& [key, object] : bucket.objects) {
      bodies.emplace(name + "/" + key, std::shared_ptr<const std::string>(object, &object->body));
    }
  }
  return bodies;
}

}  // namespace bedlam::s3
