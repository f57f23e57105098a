// AWS's shared config and credentials files (SDKs and Tools reference guide, "Shared config and
// credentials files"): sections of settings, line by line as botocore's configparser takes them
// (CPython 3.11, configparser.RawConfigParser).
//
//   [profile "dev"]               a section; quotes and spaces between words count for nothing
//   region = eu-central-1         a setting; `:` is as good as `=`
//   s3 =
//     addressing_style = path     a nested setting, deeper than the one above: passed over
//
// Lines that begin with # or ; are comments. Where botocore refuses a whole file, this reads the
// rest of it and says what is mistaken; a section that stands twice, which botocore refuses too, is
// two.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bedlam::aws {

struct ConfigSection {
  std::string name;  // "profile dev"
  std::size_t line = 0;
  std::map<std::string, std::string> settings;  // names in small letters; the last one counts
};

struct ConfigMistake {
  std::size_t line;
  std::string message, hint;
};

struct ConfigFile {
  std::vector<ConfigSection> sections;
  std::vector<ConfigMistake> mistakes;
};

ConfigFile read_config_file(std::string_view text);

}  // namespace bedlam::aws
