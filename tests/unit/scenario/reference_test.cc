// What is made from the tables of words: the JSON Schema and the reference in docs/scenarios.md.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "emulator/scenario/scenario.h"
#include "emulator/scenario/shapes.h"

namespace bedlam::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = BEDLAM_SOURCE_DIR;
constexpr std::string_view kBegin = "<!-- reference: from emulator/scenario/shapes.cc -->\n";
constexpr std::string_view kEnd = "<!-- end of reference -->\n";

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string code(std::string_view word) {
  return "`" + std::string(word) + "`";
}

// "[throttle | reply]" as "list of throttle or reply".
std::string in_words(std::string_view type) {
  std::string text(type);
  for (std::size_t at = text.find(" | "); at != std::string::npos; at = text.find(" | ")) {
    text.replace(at, 3, " or ");
  }
  if (text.front() == '[') return "list of " + text.substr(1, text.size() - 2);
  if (text.front() == '{') return "names with " + text.substr(1, text.size() - 2);
  return text;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + code(word);
  return text;
}

std::string reference() {
  std::string text;
  for (const Object& object : objects()) {
    text += "\n### " + std::string(object.name) + "\n\n" + std::string(object.about) + "\n\n";
    text += "| field | value | meaning |\n| --- | --- | --- |\n";
    for (const Field& field : object.fields) {
      text += "| " + code(field.name) + (field.required ? " (needed)" : "") + " | " +
              in_words(field.type) + " | " + std::string(field.about) + " |\n";
    }
    for (const Group& group : object.groups) {
      text += std::string("\n") + (group.required ? "Exactly" : "At most") + " one of " +
              joined(group.names) + ".\n";
    }
  }
  text += "\n### Words\n\n| name | words | meaning |\n| --- | --- | --- |\n";
  for (const Choices& choice : choices()) {
    text += "| " + std::string(choice.name) + " | " + joined(choice.words) + " | " +
            std::string(choice.about) + " |\n";
  }
  text += "\n### Values\n\n| name | meaning |\n| --- | --- |\n";
  for (const Scalar& scalar : scalars()) {
    text += "| " + std::string(scalar.name) + " | " + std::string(scalar.about) + " |\n";
  }
  return text + "\n";
}

TEST(Reference, TheDocumentHoldsEveryWord) {
  const fs::path file = kRoot / "docs/scenarios.md";
  std::string document = text_of(file);
  const std::size_t begin = document.find(kBegin), end = document.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t body = begin + kBegin.size();
  if (std::getenv("BEDLAM_UPDATE_CASES") != nullptr) {
    document.replace(body, end - body, reference());
    std::ofstream(file, std::ios::binary) << document;
    return;
  }
  EXPECT_EQ(document.substr(body, end - body), reference())
      << "rewrite " << file << " with BEDLAM_UPDATE_CASES=1";
}

// Every example of the guide is a scenario, but for the files that it names.
TEST(Reference, TheExamplesOfTheDocumentAreScenarios) {
  std::istringstream document(text_of(kRoot / "docs/scenarios.md"));
  std::string line, example;
  bool inside = false;
  int examples = 0;
  while (std::getline(document, line)) {
    if (line == "```yaml") {
      inside = true;
      example.clear();
    } else if (line == "```" && inside) {
      inside = false;
      ++examples;
      const std::string anchor = (kRoot / "tests/cases/scenario/files/example.yaml").string();
      const auto scenario = parse_scenario(example, anchor);
      if (scenario.ok()) continue;
      for (const Diagnostic& d : scenario.error()) ADD_FAILURE() << format(d, example);
    } else if (inside) {
      example += line + "\n";
    }
  }
  EXPECT_GE(examples, 8);
}

void check(const Json& schema, const Json& definitions) {
  if (schema.is_array()) {
    for (const Json& item : schema) check(item, definitions);
  }
  if (!schema.is_object()) return;
  if (const Json* reference_to = find(schema, "$ref")) {
    const std::string target = reference_to->get<std::string>();
    ASSERT_TRUE(target.starts_with("#/$defs/"));
    EXPECT_NE(find(definitions, target.substr(8)), nullptr) << target;
  }
  if (const Json* properties = find(schema, "properties")) {
    EXPECT_NE(find(schema, "additionalProperties"), nullptr);
    for (const auto& [name, property] : properties->items()) {
      EXPECT_NE(find(property, "description"), nullptr) << name;
    }
  }
  for (const auto& [name, member] : schema.items()) check(member, definitions);
}

TEST(Schema, IsClosedAndDescribesEveryField) {
  const Json schema = scenario_schema();
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  check(schema, schema["$defs"]);
  std::set<std::string_view> names;
  for (const Object& object : objects()) EXPECT_TRUE(names.insert(object.name).second);
  for (const Choices& choice : choices()) EXPECT_TRUE(names.insert(choice.name).second);
  for (const Scalar& scalar : scalars()) EXPECT_TRUE(names.insert(scalar.name).second);
}

// An independent validator judges the cases as the reader does, as far as a schema can.
constexpr std::string_view kValidate = R"(
import glob, json, os, sys
import jsonschema, yaml
root = sys.argv[1]
schema = json.load(open(sys.argv[2]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
bad = []
for path in sorted(glob.glob(root + '/ok/*.yaml')):
    for error in validator.iter_errors(yaml.safe_load(open(path, encoding='utf-8'))):
        bad.append(f'{path}: {error.json_path}: {error.message}')
for name in '''answer-forms bare-answer call-client call-operation command error-name expect-call
        expect-command expect-file expect-start fault-places fault-two-places fault-unknown-kind
        fault-without-kind latency-misspelt latency-without-first-token latency-without-unit needs nulls
        sections-of-the-wrong-kind start-fields step-unknown stop-reason two-outcomes unknown-section
        wait when-unknown workflow-shape'''.split():
    if validator.is_valid(yaml.safe_load(open(f'{root}/invalid/{name}.yaml', encoding='utf-8'))):
        bad.append(f'{name} is valid for the schema')
print('\n'.join(bad))
sys.exit(1 if bad else 0)
)";

TEST(Schema, AgreesWithTheReader) {
  if (std::system("python3 -c 'import jsonschema, yaml' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3 with jsonschema and yaml is not installed";
  }
  const fs::path directory =
      fs::temp_directory_path() / ("bedlam-schema-" + std::to_string(getpid()));
  fs::create_directories(directory);
  std::ofstream(directory / "schema.json") << scenario_schema().dump();
  std::ofstream(directory / "validate.py") << kValidate;
  const std::string command = "python3 '" + (directory / "validate.py").string() + "' '" +
                              (kRoot / "tests/cases/scenario").string() + "' '" +
                              (directory / "schema.json").string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  fs::remove_all(directory);
}

}  // namespace
}  // namespace bedlam::scenario
