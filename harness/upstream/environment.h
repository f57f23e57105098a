// What the search for credentials asks of the machine: variables, files, programs, metadata
// services and the calendar. Everything of harness/upstream that looks outside looks through here,
// so that a test hands it a machine of its own.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "emulator/aws/http_message.h"
#include "emulator/base/result.h"
#include "emulator/clock/instant.h"
#include "harness/upstream/connection.h"

namespace bedlam::harness {

// Why a program gave nothing: "ended with status 1".
struct CommandError {
  std::string message;
};

class Environment {
 public:
  virtual ~Environment() = default;

  // nullopt where it is not set; a variable may be set and empty.
  virtual std::optional<std::string> variable(const std::string& name) const = 0;
  // The whole text; nullopt where the file is not there or cannot be read.
  virtual std::optional<std::string> file(const std::string& path) const = 0;
  // Puts the text in the file's place, for its owner's eyes alone; false where that fails.
  virtual bool write_private(const std::string& path, const std::string& text) const = 0;
  // What a command prints on standard output, run by the shell, whose errors are the
  // user's to see.
  virtual Result<std::string, CommandError> output_of(const std::string& command) const = 0;
  // One request over a connection of its own. The error is one line, without what was sent.
  virtual Result<WholeAnswer, std::string> ask(const Endpoint& endpoint,
                                               const aws::HttpRequest& request,
                                               Duration timeout) const = 0;
  virtual WallTime now() const = 0;

  // The same as `variable`, with "" for none.
  std::string text(const std::string& name) const;
  // `~/x` below the user's home directory; other paths as they are.
  std::string expanded(const std::string& path) const;
};

// The machine that we run on.
class MachineEnvironment final : public Environment {
 public:
  std::optional<std::string> variable(const std::string& name) const override;
  std::optional<std::string> file(const std::string& path) const override;
  bool write_private(const std::string& path, const std::string& text) const override;
  Result<std::string, CommandError> output_of(const std::string& command) const override;
  Result<WholeAnswer, std::string> ask(const Endpoint& endpoint, const aws::HttpRequest& request,
                                       Duration timeout) const override;
  WallTime now() const override;
};

}  // namespace bedlam::harness
