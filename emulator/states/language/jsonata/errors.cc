#include "emulator/states/language/jsonata/errors.h"

#include <algorithm>
#include <array>

#include "emulator/states/language/jsonata/number_text.h"

namespace bedlam::states::jsonata {
namespace {

// `{{field}}` stands for a field of the fault as JSON, `{{{field}}}` for its bare text.
struct ErrorText {
  std::string_view code, text;
};

constexpr std::array kTexts{
    ErrorText{"D1001", "Number out of range: {{value}}"},
    ErrorText{"D1002", "Cannot negate a non-numeric value: {{value}}"},
    ErrorText{"D1004", "Regular expression matches zero length string"},
    ErrorText{"D1009", "Multiple key definitions evaluate to same key: {{value}}"},
    ErrorText{"D2014",
              "The size of the sequence allocated by the range operator (..) must not exceed 1e7.  "
              "Attempted to allocate {{value}}."},
    ErrorText{"D3001", "Attempting to invoke string function on Infinity or NaN"},
    ErrorText{"D3010", "Second argument of replace function cannot be an empty string"},
    ErrorText{"D3011", "Fourth argument of replace function must evaluate to a positive number"},
    ErrorText{"D3012", "Attempted to replace a matched string with a non-string value"},
    ErrorText{"D3020", "Third argument of split function must evaluate to a positive number"},
    ErrorText{"D3030", "Unable to cast value to a number: {{value}}"},
    ErrorText{"D3040", "Third argument of match function must evaluate to a positive number"},
    ErrorText{
        "D3050",
        "The second argument of reduce function must be a function with at least two arguments"},
    ErrorText{"D3060", "The sqrt function cannot be applied to a negative number: {{value}}"},
    ErrorText{
        "D3061",
        "The power function has resulted in a value that cannot be represented as a JSON number: "
        "base={{value}}, exponent={{exp}}"},
    ErrorText{
        "D3070",
        "The single argument form of the sort function can only be applied to an array of strings "
        "or an array of numbers.  Use the second argument to specify a comparison function"},
    ErrorText{"D3080", "The picture string must only contain a maximum of two sub-pictures"},
    ErrorText{"D3081",
              "The sub-picture must not contain more than one instance of the 'decimal-separator' "
              "character"},
    ErrorText{"D3082",
              "The sub-picture must not contain more than one instance of the 'percent' character"},
    ErrorText{
        "D3083",
        "The sub-picture must not contain more than one instance of the 'per-mille' character"},
    ErrorText{"D3084",
              "The sub-picture must not contain both a 'percent' and a 'per-mille' character"},
    ErrorText{
        "D3085",
        "The mantissa part of a sub-picture must contain at least one character that is either an "
        "'optional digit character' or a member of the 'decimal digit family'"},
    ErrorText{"D3086",
              "The sub-picture must not contain a passive character that is preceded by an active "
              "character and that is followed by another active character"},
    ErrorText{
        "D3087",
        "The sub-picture must not contain a 'grouping-separator' character that appears adjacent "
        "to a 'decimal-separator' character"},
    ErrorText{
        "D3088",
        "The sub-picture must not contain a 'grouping-separator' at the end of the integer part"},
    ErrorText{"D3089",
              "The sub-picture must not contain two adjacent instances of the 'grouping-separator' "
              "character"},
    ErrorText{"D3090",
              "The integer part of the sub-picture must not contain a member of the 'decimal digit "
              "family' that is followed by an instance of the 'optional digit character'"},
    ErrorText{
        "D3091",
        "The fractional part of the sub-picture must not contain an instance of the 'optional "
        "digit character' that is followed by a member of the 'decimal digit family'"},
    ErrorText{"D3092",
              "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a "
              "character treated as an 'exponent-separator'"},
    ErrorText{
        "D3093",
        "The exponent part of the sub-picture must comprise only of one or more characters that "
        "are members of the 'decimal digit family'"},
    ErrorText{
        "D3100",
        "The radix of the formatBase function must be between 2 and 36.  It was given {{value}}"},
    ErrorText{
        "D3110",
        "The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given "
        "{{value}}"},
    ErrorText{"D3120", "Syntax error in expression passed to function eval: {{value}}"},
    ErrorText{"D3121",
              "Dynamic error evaluating the expression passed to function eval: {{value}}"},
    ErrorText{
        "D3130",
        "Formatting or parsing an integer as a sequence starting with {{value}} is not supported "
        "by this implementation"},
    ErrorText{"D3131",
              "In a decimal digit pattern, all digits must be from the same decimal group"},
    ErrorText{"D3132", "Unknown component specifier {{value}} in date/time picture string"},
    ErrorText{"D3133",
              "The 'name' modifier can only be applied to months and days in the date/time picture "
              "string, not {{value}}"},
    ErrorText{"D3134", "The timezone integer format specifier cannot have more than four digits"},
    ErrorText{"D3135", "No matching closing bracket ']' in date/time picture string"},
    ErrorText{"D3136",
              "The date/time picture string is missing specifiers required to parse the timestamp"},
    ErrorText{"D3137", "{{{message}}}"},
    ErrorText{
        "D3138",
        "The $single() function expected exactly 1 matching result.  Instead it matched more."},
    ErrorText{"D3139",
              "The $single() function expected exactly 1 matching result.  Instead it matched 0."},
    ErrorText{"D3140", "Malformed URL passed to ${{{functionName}}}(): {{value}}"},
    ErrorText{"D3141", "{{{message}}}"},
    ErrorText{"S0101", "String literal must be terminated by a matching quote"},
    ErrorText{"S0102", "Number out of range: {{token}}"},
    ErrorText{"S0103", "Unsupported escape sequence: \\{{token}}"},
    ErrorText{"S0104", "The escape sequence \\u must be followed by 4 hex digits"},
    ErrorText{"S0105", "Quoted property name must be terminated with a backquote (`)"},
    ErrorText{"S0106", "Comment has no closing tag"},
    ErrorText{"S0201", "Syntax error: {{token}}"},
    ErrorText{"S0202", "Expected {{value}}, got {{token}}"},
    ErrorText{"S0203", "Expected {{value}} before end of expression"},
    ErrorText{"S0204", "Unknown operator: {{token}}"},
    ErrorText{"S0205", "Unexpected token: {{token}}"},
    ErrorText{"S0206", "Unknown expression type: {{token}}"},
    ErrorText{"S0207", "Unexpected end of expression"},
    ErrorText{"S0208",
              "Parameter {{value}} of function definition must be a variable name (start with $)"},
    ErrorText{"S0209", "A predicate cannot follow a grouping expression in a step"},
    ErrorText{"S0210", "Each step can only have one grouping expression"},
    ErrorText{"S0211", "The symbol {{token}} cannot be used as a unary operator"},
    ErrorText{"S0212", "The left side of := must be a variable name (start with $)"},
    ErrorText{"S0213",
              "The literal value {{value}} cannot be used as a step within a path expression"},
    ErrorText{"S0214", "The right side of {{token}} must be a variable name (start with $)"},
    ErrorText{"S0215", "A context variable binding must precede any predicates on a step"},
    ErrorText{"S0216", "A context variable binding must precede the 'order-by' clause on a step"},
    ErrorText{"S0217",
              "The object representing the 'parent' cannot be derived from this expression"},
    ErrorText{"S0301", "Empty regular expressions are not allowed"},
    ErrorText{"S0302", "No terminating / in regular expression"},
    ErrorText{"S0401", "Type parameters can only be applied to functions and arrays"},
    ErrorText{"S0402", "Choice groups containing parameterized types are not supported"},
    ErrorText{"S0500", "Attempted to evaluate an expression containing syntax error(s)"},
    ErrorText{"T0410",
              "Argument {{index}} of function {{token}} does not match function signature"},
    ErrorText{
        "T0411",
        "Context value is not a compatible type with argument {{index}} of function {{token}}"},
    ErrorText{"T0412", "Argument {{index}} of function {{token}} must be an array of {{type}}"},
    ErrorText{"T1003", "Key in object structure must evaluate to a string; got: {{value}}"},
    ErrorText{"T1005", "Attempted to invoke a non-function. Did you mean ${{{token}}}?"},
    ErrorText{"T1006", "Attempted to invoke a non-function"},
    ErrorText{"T1007", "Attempted to partially apply a non-function. Did you mean ${{{token}}}?"},
    ErrorText{"T1008", "Attempted to partially apply a non-function"},
    ErrorText{
        "T1010",
        "The matcher function argument passed to function {{token}} does not return the correct "
        "object structure"},
    ErrorText{"T2001", "The left side of the {{token}} operator must evaluate to a number"},
    ErrorText{"T2002", "The right side of the {{token}} operator must evaluate to a number"},
    ErrorText{"T2003", "The left side of the range operator (..) must evaluate to an integer"},
    ErrorText{"T2004", "The right side of the range operator (..) must evaluate to an integer"},
    ErrorText{"T2006", "The right side of the function application operator ~> must be a function"},
    ErrorText{"T2007",
              "Type mismatch when comparing values {{value}} and {{value2}} in order-by clause"},
    ErrorText{
        "T2008",
        "The expressions within an order-by clause must evaluate to numeric or string values"},
    ErrorText{
        "T2009",
        "The values {{value}} and {{value2}} either side of operator {{token}} must be of the "
        "same data type"},
    ErrorText{
        "T2010",
        "The expressions either side of operator {{token}} must evaluate to numeric or string "
        "values"},
    ErrorText{"T2011",
              "The insert/update clause of the transform expression must evaluate to an object: "
              "{{value}}"},
    ErrorText{"T2012",
              "The delete clause of the transform expression must evaluate to a string or array of "
              "strings: {{value}}"},
    ErrorText{
        "T2013",
        "The transform expression clones the input object using the $clone() function.  This has "
        "been overridden in the current scope by a non-function."},
};

std::string field_text(const Fault& fault, std::string_view field, bool bare) {
  Json value;
  if (field == "token") {
    if (!fault.has_token) return "undefined";
    value = fault.token;
  } else {
    const auto found = std::find_if(fault.fields.begin(), fault.fields.end(),
                                    [field](const auto& known) { return known.first == field; });
    if (found == fault.fields.end()) return "undefined";
    value = found->second;
  }
  if (value.is_number_float()) return number_text(value.get<double>());
  return bare && value.is_string() ? value.get<std::string>() : to_text(value);
}

std::string fill_in(std::string_view text, const Fault& fault) {
  std::string result;
  while (true) {
    const std::size_t open = text.find("{{");
    result += text.substr(0, open);
    if (open == text.npos) return result;
    text.remove_prefix(open + 2);
    const bool bare = text.starts_with('{');
    if (bare) text.remove_prefix(1);
    const std::size_t close = text.find('}');
    result += field_text(fault, text.substr(0, close), bare);
    text.remove_prefix(close + (bare ? 3 : 2));
  }
}

std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0U) != 0x80 ? (byte >= 0xF0 ? 2 : 1) : 0;
  }
  return units;
}

}  // namespace

Error to_error(const Fault& fault, std::string_view expression) {
  Error error{fault.code, fault.message};
  const auto* known = std::find_if(kTexts.begin(), kTexts.end(),
                                   [&](const ErrorText& text) { return text.code == fault.code; });
  if (fault.message.empty() && known != kTexts.end()) error.message = fill_in(known->text, fault);
  const std::size_t end = std::min(fault.position, expression.size());
  error.position = fault.position == Fault::kNowhere ? 0 : utf16_units(expression.substr(0, end));
  error.token = fault.token;
  const auto value = std::find_if(fault.fields.begin(), fault.fields.end(),
                                  [](const auto& field) { return field.first == "value"; });
  if (value != fault.fields.end()) error.value = value->second;
  return error;
}

}  // namespace bedlam::states::jsonata
