// A machine that a test makes up: variables, files, what commands print, what services answer, and
// the time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/upstream/environment.h"

namespace bedlam::harness {

class FakeEnvironment final : public Environment {
 public:
  struct Asked {
    std::string url;  // with the target behind it
    aws::HttpRequest request;
  };
  using Answer = std::function<Result<WholeAnswer, std::string>(const Asked&)>;

  std::map<std::string, std::string> variables{{"HOME", "/home/me"}};
  mutable std::map<std::string, std::string> files;
  bool read_only = false;
  std::map<std::string, std::string> outputs;          // by command
  std::map<std::string, Answer> answers;               // by "GET http://host/path", without a query
  WallTime time{std::chrono::seconds(1'795'370'400)};  // 2026-11-22T18:00:00Z
  mutable std::vector<Asked> asked;
  mutable int commands_run = 0;

  void answer(const std::string& what, int status, const std::string& body) {
    answers[what] = [status, body](const Asked&) { return WholeAnswer{status, {}, body}; };
  }

  std::optional<std::string> variable(const std::string& name) const override {
    return value_in(variables, name);
  }
  std::optional<std::string> file(const std::string& path) const override {
    return value_in(files, path);
  }
  bool write_private(const std::string& path, const std::string& text) const override {
    if (!read_only) files[path] = text;
    return !read_only;
  }
  Result<std::string, CommandError> output_of(const std::string& command) const override {
    ++commands_run;
    const auto output = value_in(outputs, command);
    if (!output) return CommandError{"ended with status 127"};
    return *output;
  }
  Result<WholeAnswer, std::string> ask(const Endpoint& endpoint, const aws::HttpRequest& request,
                                       Duration /*timeout*/) const override {
    Endpoint host = endpoint;
    host.prefix.clear();
    asked.push_back({host.url() + request.target, request});
    const auto found =
        answers.find(request.method + " " + host.url() + std::string(request.path()));
    if (found == answers.end()) return std::string("connect timeout");
    return found->second(asked.back());
  }
  WallTime now() const override { return time; }

 private:
  static std::optional<std::string> value_in(const std::map<std::string, std::string>& map,
                                             const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? std::nullopt : std::optional(found->second);
  }
};

}  // namespace bedlam::harness
