// Dates and times: what a picture such as `[Y0001]-[M01]-[D01]` writes and reads (XPath and XQuery
// Functions and Operators 3.1, section 9.8), and timestamps of ISO 8601. Instants are milliseconds
// since 1970 in UTC.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/result.h"
#include "emulator/states/language/jsonata/errors.h"
#include "emulator/states/language/jsonata/picture.h"
#include "emulator/states/language/jsonata/regex.h"

namespace bedlam::states::jsonata {

class Evaluator;

class DatePicture {
 public:
  // Errors: D3131, D3132, D3135.
  static Result<DatePicture, Fault> parse(std::string_view picture);

  // `zone` is "+hhmm", or "" for UTC. Errors: D3130, D3133, D3134.
  Result<std::string, Fault> format(double millis, std::string_view zone) const;

  // nullopt: the text does not look like the picture. What is missing to the left of what the
  // picture has is taken from `now_millis`. Errors: D3130, D3133, D3136.
  Result<std::optional<double>, Fault> read(std::string_view text, double now_millis,
                                            Evaluator& evaluator) const;

 private:
  struct Part {
    std::string literal;  // of a part that is no component
    char component = '\0';
    std::string presentation;
    char modifier = '\0';             // 't', 'o', ...
    std::optional<LetterCase> names;  // as a name, not a number
    std::optional<int> least, most;   // width
    int year_digits = -1;             // -1: all
    std::optional<IntegerPicture> integer;
  };
  struct Zone {
    double hours = 0, minutes = 0;
  };
  using Components = std::map<char, double>;

  static Result<Part, Fault> marker(std::string_view text, std::vector<Part>& parts);
  static std::optional<Fault> as_integer(Part& part, std::vector<Part>& parts);
  static Result<std::string, Fault> format_part(const Part& part, double millis, const Zone& zone);
  static Result<std::string, Fault> format_name(const Part& part, double value);
  static Result<std::string, Fault> format_zone(const Part& part, const Zone& zone);
  static Result<std::string, Fault> pattern_of(const Part& part);
  static std::optional<double> read_part(const Part& part, std::string_view text);
  static std::optional<double> read_name(const Part& part, std::string_view text);
  static double read_zone(const Part& part, std::string_view text);
  static Result<std::optional<double>, Fault> instant(Components components, double now_millis);

  std::vector<Part> parts_;
  mutable std::optional<Regex> regex_;  // what read() looks for; made when it is first needed
};

// NaN for a date that does not exist; nullopt where the text is no timestamp at all.
std::optional<double> parse_iso8601(std::string_view text);

// Milliseconds of a date and time of the proleptic Gregorian calendar; months count from 0, and
// whatever exceeds its range carries over.
double utc_millis(double year, double month, double day = 1, double hour = 0, double minute = 0,
                  double second = 0, double milli = 0);

// A component of an instant by the letter that pictures give it; 0 (am) or 1 (pm) for 'P'.
double date_component(double millis, char component);

}  // namespace bedlam::states::jsonata
