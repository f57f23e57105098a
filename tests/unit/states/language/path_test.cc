#include "emulator/states/language/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bedlam::states {
namespace {

using ::testing::HasSubstr;

// The book store of Goessner's article, which the developer guide and Jayway's documentation use.
constexpr const char* kStore = R"({"store":{"book":[
    {"category":"reference","author":"Nigel Rees","title":"Sayings of the Century","price":8.95},
    {"category":"fiction","author":"Evelyn Waugh","title":"Sword of Honour","price":12.99},
    {"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553-21311-3",
     "price":8.99},
    {"category":"fiction","author":"J. R. R. Tolkien","title":"The Lord of the Rings",
     "isbn":"0-395-19395-8","price":22.99}],
    "bicycle":{"color":"red","price":19.95}},"expensive":10})";

struct PathTest : ::testing::Test {
  static Json json(const char* text) {
    auto value = parse_json(text);
    EXPECT_TRUE(value.ok()) << text;
    return value ? *value : Json();
  }

  Scope scope(const Json& input) { return Scope{input, context, random, &variables}; }

  static Path path(const char* text) {
    auto parsed = Path::parse(text);
    EXPECT_TRUE(parsed.ok()) << text << ": " << (parsed.ok() ? "" : parsed.error());
    return parsed ? *parsed : *Path::parse("$");
  }

  void expect(const char* text, const char* input, const char* expected) {
    const Json document = json(input);
    const auto value = path(text).evaluate(scope(document));
    ASSERT_TRUE(value.ok()) << text << ": " << value.error().reason;
    EXPECT_EQ(to_text(*value), to_text(json(expected))) << text << " on " << input;
  }

  std::string miss(const char* text, const char* input) {
    const Json document = json(input);
    const auto value = path(text).evaluate(scope(document));
    EXPECT_FALSE(value.ok()) << text << " on " << input;
    EXPECT_EQ(path(text).find(scope(document)), nullptr) << text;
    return value ? "" : value.error().reason;
  }

  Json context = json(R"({"Execution":{"Id":"arn:x","Input":{"input-value":[7]}},"State":{}})");
  Json variables = json(R"({"x":1,"constant_obj":{"in_obj_constant_lst":[1,2]},"é":2})");
  Random random{1};
};

TEST_F(PathTest, DefinitePathsGiveTheValueItself) {
  constexpr const char* kInput =
      R"({"a":{"b":[10,20,{"c":null}]},"my name":1,"x.y":2,"foo@bar":3,"it's":4,
          "delivery-partner":5,"sub-values":[6],"":7,"ü":8,"0":9,"a[0]":10})";
  expect("$", "[1]", "[1]");
  expect("$", "\"text\"", "\"text\"");
  expect("$.a.b[0]", kInput, "10");
  expect("$['a']['b'][1]", kInput, "20");
  expect("$[\"a\"].b[ 2 ].c", kInput, "null");
  expect("$.a.b[-1].c", kInput, "null");
  expect("$.a['b'][-3]", kInput, "10");
  expect("$['my name']", kInput, "1");
  expect("$.x\\.y", kInput, "2");
  expect("$.foo\\@bar", kInput, "3");
  expect("$.foo@bar", kInput, "3");
  expect("$['it\\'s']", kInput, "4");
  expect("$.delivery-partner", kInput, "5");
  expect("$.sub-values[0]", kInput, "6");
  expect("$['']", kInput, "7");
  expect("$.ü", kInput, "8");
  expect("$.0", kInput, "9");
  expect("$.a\\[0\\]", kInput, "10");
  expect("$[1][0]", "[1,[2]]", "2");
}

TEST_F(PathTest, OtherRootsAreTheContextObjectAndVariables) {
  expect("$$", "{}", R"({"Execution":{"Id":"arn:x","Input":{"input-value":[7]}},"State":{}})");
  expect("$$.Execution.Input.input-value[0]", "{}", "7");
  expect("$$['Execution']['Id']", "{}", "\"arn:x\"");
  expect("$x", "{}", "1");
  expect("$constant_obj.in_obj_constant_lst[1]", "{}", "2");
  expect("$é", "{}", "2");
  EXPECT_EQ(path("$constant_obj.a").variable(), "constant_obj");
  EXPECT_EQ(path("$.x").variable(), "");
  EXPECT_THAT(miss("$none", "{}"), HasSubstr("$none"));
  const Json input;
  EXPECT_FALSE(path("$x").evaluate(Scope{input, context, random}).ok());
}

// Recorded: input {} and a payload template.
TEST_F(PathTest, IndefinitePathsOverMissingDataGiveAnEmptyArray) {
  for (const char* text :
       {"$[*]", "$.items[*]", "$.items[1:]", "$.items[:1]", "$.items[1:].itemValue",
        "$.items[:1].itemValue", "$.item.items[*]", "$.item.items[1:]",
        "$.item.items[1:5].itemValue", "$.a[?(@.x == 1)]", "$..a", "$.a[0,1]", "$.a.*"}) {
    expect(text, "{}", "[]");
  }
}

TEST_F(PathTest, IndefinitePathsAlwaysGiveAnArray) {
  expect("$.a[0,1]", R"({"a":[1,2,3]})", "[1,2]");
  expect("$.a[2, -3]", R"({"a":[1,2,3]})", "[3,1]");
  expect("$.a[0,7]", R"({"a":[1,2,3]})", "[1]");
  expect("$.a[*]", R"({"a":[1,[2],{}]})", "[1,[2],{}]");
  expect("$.a.*", R"({"a":{"x":1,"y":2}})", "[1,2]");
  expect("$.a[*].x", R"({"a":[{"x":1},{"y":2},{"x":3},4]})", "[1,3]");
  expect("$.a[*][*]", R"({"a":[[1,2],[3]]})", "[1,2,3]");
}

TEST_F(PathTest, SlicesFollowRfc9535) {
  constexpr const char* kLetters = R"(["a","b","c","d","e","f","g"])";
  expect("$[1:3]", kLetters, R"(["b","c"])");
  expect("$[5:]", kLetters, R"(["f","g"])");
  expect("$[:2]", kLetters, R"(["a","b"])");
  expect("$[-2:]", kLetters, R"(["f","g"])");
  expect("$[:-5]", kLetters, R"(["a","b"])");
  expect("$[1:5:2]", kLetters, R"(["b","d"])");
  expect("$[5:1:-2]", kLetters, R"(["f","d"])");
  expect("$[::-1]", kLetters, R"(["g","f","e","d","c","b","a"])");
  expect("$[3:100]", kLetters, R"(["d","e","f","g"])");
  expect("$[4:2]", kLetters, "[]");
  expect("$[-100:1]", kLetters, R"(["a"])");
  expect("$[::9223372036854775807]", kLetters, R"(["a"])");
  expect("$[::-9223372036854775808]", kLetters, R"(["g"])");
  expect("$[0:2]", R"({"0":1})", "[]");
}

// As Jayway does it.
TEST_F(PathTest, SeveralNamesAreOneObjectAtTheEndAndSeveralValuesBeforeIt) {
  expect("$['a','b']", R"({"a":1,"b":2,"c":3})", R"({"a":1,"b":2})");
  expect("$.x[\"a\", 'z']", R"({"x":{"a":1}})", R"({"a":1})");
  expect("$['a','b'].n", R"({"a":{"n":1},"b":{"n":2}})", "[1,2]");
  expect("$[*]['a','b']", R"([{"a":1,"b":2},{"b":3}])", R"([{"a":1,"b":2},{"b":3}])");
}

TEST_F(PathTest, DeepScansGoDocumentOrder) {
  expect("$..price", kStore, "[8.95,12.99,8.99,22.99,19.95]");
  expect("$.store..color", kStore, "[\"red\"]");
  expect("$..book[2].title", kStore, "[\"Moby Dick\"]");
  expect("$..book[-1:].title", kStore, "[\"The Lord of the Rings\"]");
  expect("$..book[0,1].author", kStore, R"(["Nigel Rees","Evelyn Waugh"])");
  expect("$..['color']", kStore, "[\"red\"]");
  expect("$..*", R"({"a":{"b":1},"c":[2]})", R"([{"b":1},[2],1,2])");
  expect("$..[*]", R"([[1],2])", "[[1],2,1]");
  expect("$..[0]", R"([[1,2],{"a":[3]}])", "[[1,2],1,3]");
  expect("$..a", R"({"a":{"a":1}})", R"([{"a":1},1])");
}

TEST_F(PathTest, FiltersSelectObjects) {
  const auto titles = [&](const char* filter, const char* expected) {
    expect(("$.store.book[?(" + std::string(filter) + ")].title").c_str(), kStore, expected);
  };
  titles("@.price < 10", R"(["Sayings of the Century","Moby Dick"])");
  titles("@.price <= 8.95", R"(["Sayings of the Century"])");
  titles("@.price > 12.99", R"(["The Lord of the Rings"])");
  titles("@.price>=12.99", R"(["Sword of Honour","The Lord of the Rings"])");
  titles("@.category == 'reference'", R"(["Sayings of the Century"])");
  titles("@.category==\"reference\"", R"(["Sayings of the Century"])");
  titles("@.category == reference", R"(["Sayings of the Century"])");
  titles("@['category'] != 'fiction'", R"(["Sayings of the Century"])");
  titles("'reference' == @.category", R"(["Sayings of the Century"])");
  titles("@.isbn", R"(["Moby Dick","The Lord of the Rings"])");
  titles("!@.isbn", R"(["Sayings of the Century","Sword of Honour"])");
  titles("!(@.isbn)", R"(["Sayings of the Century","Sword of Honour"])");
  titles("@.isbn && @.price < 10", R"(["Moby Dick"])");
  titles("@.price < 8.96 || @.price > 20", R"(["Sayings of the Century","The Lord of the Rings"])");
  titles("@.isbn && (@.price < 8 || @.price > 20)", R"(["The Lord of the Rings"])");
  titles("(@.price > 20 || @.isbn) && @.price < 10", R"(["Moby Dick"])");
  titles("@.price > 20 || @.isbn && @.price < 10", R"(["Moby Dick","The Lord of the Rings"])");
  titles("!@.isbn && @.price < 10", R"(["Sayings of the Century"])");
  titles("@.author =~ /.*REES/i", R"(["Sayings of the Century"])");
  titles("@.author =~ /Rees/", "[]");
  titles("@.title =~ /S[a-z]+ of .*/", R"(["Sayings of the Century","Sword of Honour"])");
  titles("@.isbn =~ /0-553\\-.*/", R"(["Moby Dick"])");
  titles("@.price > $.expensive", R"(["Sword of Honour","The Lord of the Rings"])");
  titles("@.price > $['store'].bicycle.price", R"(["The Lord of the Rings"])");
  titles("@.nothing == null", "[]");
  expect("$..book[?(@.price <= $.expensive)].price", kStore, "[8.95,8.99]");
  expect("$..[?(@.color == 'red')].price", kStore, "[19.95]");
}

TEST_F(PathTest, FiltersCompareAsJaywayDoes) {
  constexpr const char* kItems =
      R"([{"v":1},{"v":"1"},{"v":1.0},{"v":true},{"v":null},{"v":[1]},{"w":0},7,"v"])";
  expect("$[?(@.v == 1)]", kItems, R"([{"v":1},{"v":"1"},{"v":1.0}])");
  expect("$[?(@.v == true)]", kItems, R"([{"v":true}])");
  expect("$[?(@.v == null)]", kItems, R"([{"v":null}])");
  expect("$[?(@.v != 1)]", kItems, R"([{"v":true},{"v":null},{"v":[1]},{"w":0}])");
  expect("$[?(@.v)]", kItems, R"([{"v":1},{"v":"1"},{"v":1.0},{"v":true},{"v":null},{"v":[1]}])");
  expect("$[?(@.v < 2)]", kItems, R"([{"v":1},{"v":1.0}])");
  expect("$[?(@.v[0] == 1)]", kItems, R"([{"v":[1]}])");
  expect("$[?(@.v == @.v)]", R"([{"v":{"a":1,"b":2}}])", R"([{"v":{"a":1,"b":2}}])");
  expect("$[?(@.n == -1.5e1)]", R"([{"n":-15}])", R"([{"n":-15}])");
  expect("$[?(@.t == 'it\\'s')]", R"([{"t":"it's"}])", R"([{"t":"it's"}])");
  expect("$[?(@.a[?(@.b == 1)])].n", R"([{"a":[{"b":1}],"n":1},{"a":[{"b":2}],"n":2}])", "[1]");
  expect("$[?(@.id == $$.Execution.Id)].n", R"([{"id":"arn:x","n":1},{"id":"y","n":2}])", "[1]");
  expect("$[?(@.n == $x)].n", R"([{"n":1},{"n":2}])", "[1]");
}

// Developer guide: `@` matches objects, not scalars.
TEST_F(PathTest, FiltersPassScalarsBy) {
  expect("$[?(@ == 1)]", "[1,2]", "[]");
  expect("$.a[?(@.x)]", R"({"a":1})", "[]");
}

TEST_F(PathTest, AFilterGivesAnArrayAndAnIndexBehindItAppliesToEachHit) {
  expect("$.a[?(@.x == 1)]", R"({"a":[{"x":1}]})", R"([{"x":1}])");
  expect("$.a[?(@.x == 1)][0]", R"({"a":[{"x":1}]})", "[]");
  expect("$.a[?(@.x == 1)].y[0]", R"({"a":[{"x":1,"y":[5]}]})", "[5]");
  expect("$.a[?(@.x == 1)]", R"({"a":{"x":1}})", R"([{"x":1}])");
}

// The first two texts are recorded; the others are Jayway's.
TEST_F(PathTest, AMissSaysWhatIsMissingAsAwsDoes) {
  EXPECT_EQ(miss("$.NoSuchInputPath", R"({"int-literal":0})"),
            "No results for path: $['NoSuchInputPath']");
  EXPECT_EQ(miss("$.no.such.result.path", "{}"), "Missing property in path $['no']");
  EXPECT_EQ(miss("$.a.b.c", R"({"a":{}})"), "Missing property in path $['a']['b']");
  EXPECT_EQ(miss("$.a.b", R"({"a":{}})"), "No results for path: $['a']['b']");
  EXPECT_EQ(miss("$.a[2]", R"({"a":[1]})"), "No results for path: $['a'][2]");
  EXPECT_EQ(miss("$.a[2].b", R"({"a":[1]})"), "No results for path: $['a'][2]['b']");
  EXPECT_EQ(miss("$.a[0]", R"({"a":null})"), "The path $['a'] is null");
  EXPECT_EQ(miss("$.a[0]", R"({"a":1})"),
            "Filter: [0] can only be applied to arrays. Current context is: 1");
  EXPECT_EQ(miss("$.city[0].city", R"({"city":"Palo Alto"})"),
            "Filter: [0]['city'] can only be applied to arrays. Current context is: Palo Alto");
  EXPECT_EQ(miss("$.a.b", R"({"a":"s"})"),
            "Expected to find an object with property ['b'] in path $['a'] but found "
            "'java.lang.String'. This is not a json object according to the JsonProvider: "
            "'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.");
  EXPECT_EQ(miss("$$.Execution.no_such_jsonpath", "{}"),
            "No results for path: $['Execution']['no_such_jsonpath']");
}

TEST_F(PathTest, FindGivesTheValueWhereItStands) {
  const Json document = json(R"({"a":{"b":[1,2]}})");
  EXPECT_EQ(path("$.a.b[1]").find(scope(document)), &document["a"]["b"][1]);
  EXPECT_EQ(path("$").find(scope(document)), &document);
  EXPECT_EQ(path("$$.State").find(scope(document)), &context["State"]);
  EXPECT_EQ(path("$.a.c").find(scope(document)), nullptr);
  EXPECT_EQ(path("$.a.b[*]").find(scope(document)), nullptr);
}

TEST_F(PathTest, KindsOfPaths) {
  struct Case {
    const char* text;
    bool context, whole, reference, definite;
  };
  for (const Case& c :
       {Case{"$", false, true, true, true}, Case{"$$", true, false, true, true},
        Case{"$.a['b'][0]", false, false, true, true}, Case{"$$.a", true, false, true, true},
        Case{"$x", false, false, true, true}, Case{"$.a[-1]", false, false, false, true},
        Case{"$.a[0,1]", false, false, false, false},
        Case{"$['a','b']", false, false, false, false}, Case{"$.a[*]", false, false, false, false},
        Case{"$.a[1:]", false, false, false, false}, Case{"$..a", false, false, false, false},
        Case{"$.a[?(@.b)]", false, false, false, false}}) {
    const Path p = path(c.text);
    EXPECT_EQ(p.text(), c.text);
    EXPECT_EQ(p.of_context(), c.context) << c.text;
    EXPECT_EQ(p.is_whole(), c.whole) << c.text;
    EXPECT_EQ(p.is_reference(), c.reference) << c.text;
    EXPECT_EQ(p.is_definite(), c.definite) << c.text;
  }
}

TEST_F(PathTest, AssignWritesAndCreatesObjects) {
  struct Case {
    const char* text;
    const char* target;
    const char* expected;  // nullptr: cannot be applied
  };
  for (const Case& c :
       {Case{"$", R"({"a":1})", "\"v\""}, Case{"$.b", R"({"a":1})", R"({"a":1,"b":"v"})"},
        Case{"$.a", R"({"a":{"x":1},"b":2})", R"({"a":"v","b":2})"},
        Case{"$.a.b.c", "{}", R"({"a":{"b":{"c":"v"}}})"},
        Case{"$['x y'].z", "{}", R"({"x y":{"z":"v"}})"},
        Case{"$.a[1]", R"({"a":[1,2]})", R"({"a":[1,"v"]})"},
        Case{"$.a[0].b.c", R"({"a":[{}]})", R"({"a":[{"b":{"c":"v"}}]})"},
        Case{"$.a[2]", R"({"a":[1,2]})", nullptr}, Case{"$.a[0]", "{}", nullptr},
        Case{"$.a.b[0]", R"({"a":{}})", nullptr}, Case{"$.a.b", R"({"a":1})", nullptr},
        Case{"$.a", "\"text\"", nullptr}, Case{"$.a", "null", nullptr}, Case{"$.a", "[]", nullptr},
        Case{"$$.a", "{}", nullptr}, Case{"$x", "{}", nullptr}, Case{"$[*]", "[1]", nullptr}}) {
    Json target = json(c.target);
    EXPECT_EQ(path(c.text).assign(target, "v"), c.expected != nullptr) << c.text;
    EXPECT_EQ(to_text(target), to_text(json(c.expected == nullptr ? c.target : c.expected)))
        << c.text;
  }
}

TEST_F(PathTest, MistakesAreOneSentenceThatSaysWhere) {
  struct Case {
    const char* text;
    const char* expected;
  };
  for (const Case& c : {Case{"", "wrong at the end: a path starts with '$'"},
                        Case{"a.b", "starts with '$'"},
                        Case{"@.a", "starts with '$'"},
                        Case{"$.", "wrong at the end"},
                        Case{"$..", "wrong at the end"},
                        Case{"$...a", "a name is expected"},
                        Case{"$.a b", "wrong at character 4: a name with a space"},
                        Case{"$ .a", "'.' or '['"},
                        Case{"$[", "']' is missing"},
                        Case{"$[]", "brackets hold"},
                        Case{"$[a]", "brackets hold"},
                        Case{"$['a", "closing quote"},
                        Case{"$['a'", "']' is expected"},
                        Case{"$['a',]", "a quoted name"},
                        Case{"$[0,]", "an index"},
                        Case{"$[-]", "an index"},
                        Case{"$[1:2:0]", "must not be 0"},
                        Case{"$[99999999999999999999]", "too large"},
                        Case{"$[1", "']' is expected"},
                        Case{"$.a]", "nothing to close"},
                        Case{"$.a.length()", "functions are not supported"},
                        Case{"$.a\\", "escapes nothing"},
                        Case{"$[?]", "'(' is expected"},
                        Case{"$[?(@.a]", "')' is expected"},
                        Case{"$[?(@.a ==)]", "a path or a value"},
                        Case{"$[?(1)]", "==, !="},
                        Case{"$[?(@.a == 'x)]", "closing quote"},
                        Case{"$[?(@.a =~ x)]", "regular expression"},
                        Case{"$[?(@.a =~ /x)]", "closing '/'"},
                        Case{"$[?(@.a =~ /(/)]", "not a regular"},
                        Case{"$[?(@.a =~ /a/x)]", "only flag"},
                        Case{"$[?(@.a =~ /a{900}{900}/)]", "too large"},
                        Case{"$[?(@.a && )]", "a path or a value"},
                        Case{"$[?(@.a[)]", "brackets hold"}}) {
    const auto parsed = Path::parse(c.text);
    ASSERT_FALSE(parsed.ok()) << c.text;
    EXPECT_THAT(parsed.error(), HasSubstr(c.expected)) << c.text;
    EXPECT_EQ(parsed.error().find('\n'), std::string::npos);
  }
}

TEST_F(PathTest, SizeIsBounded) {
  std::string steps = "$", groups = "$[?(", filters;
  for (int i = 0; i < 100'000; ++i) steps += ".a";
  for (int i = 0; i < 100'000; ++i) groups += "!(";
  for (int i = 0; i < 100'000; ++i) filters += "$[?(@";
  EXPECT_FALSE(Path::parse(steps).ok());
  EXPECT_FALSE(Path::parse(groups).ok());
  EXPECT_FALSE(Path::parse(filters).ok());
}

TEST_F(PathTest, AnExplosivePathGivesUp) {
  Json document = Json::array();
  for (int i = 0; i < 200; ++i) document = Json::array({std::move(document), i});
  const auto value = path("$..*..*..*..*").evaluate(scope(document));
  ASSERT_FALSE(value.ok());
  EXPECT_THAT(value.error().reason, HasSubstr("visits more than"));
}

}  // namespace
}  // namespace bedlam::states
