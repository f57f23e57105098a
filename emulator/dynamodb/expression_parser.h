// What the readers of conditions, updates and projections share: tokens, paths and operands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/dynamodb/expression.h"

namespace bedlam::dynamodb {

class ExpressionParser {
 public:
  ExpressionParser(const std::string& text, std::string_view kind, const Json& item,
                   Placeholders& placeholders);

  // The first thing that went wrong; once there is one, nothing matches any more.
  const std::optional<aws::Error>& error() const { return error_; }
  void fail(std::string message);

 protected:
  // An attribute value; none where a path leads nowhere.
  using Operand = std::optional<Json>;

  bool at_end() const { return token_.empty(); }
  const std::string& token() const { return token_; }
  void next();
  bool take(std::string_view symbol);
  bool take_word(std::string_view word);  // whatever its case
  void expect(std::string_view symbol);
  void syntax_error();
  bool is_name() const;                           // a name or #placeholder stands here
  bool is_call(std::string_view function) const;  // `function (` stands here

  DocumentPath path();
  // A path or a :value.
  Operand operand();
  Operand value();  // a :value only
  const Json& item() const { return item_; }

 private:
  std::string read_token(std::size_t& at) const;

  const std::string& text_;
  std::string_view kind_;
  const Json& item_;
  Placeholders& placeholders_;
  std::size_t at_ = 0;  // behind the token
  std::string token_;
  std::optional<aws::Error> error_;
};

}  // namespace bedlam::dynamodb
