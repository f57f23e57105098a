#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "emulator/states/language/intrinsic/call.h"
#include "emulator/states/language/intrinsic/catalog.h"

namespace bedlam::states::intrinsic {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

struct IntrinsicTest : ::testing::Test {
  static Json json(const std::string& text) {
    auto value = parse_json(text);
    EXPECT_TRUE(value.ok()) << text;
    return value ? *value : Json();
  }

  Result<Json, Failure> run(const std::string& call, const Json& input) {
    auto parsed = Call::parse(call);
    if (!parsed) return Failure{"mistake", parsed.error()};
    return parsed->evaluate(Scope{input, context, random, &variables});
  }

  void expect(const std::string& call, const std::string& input, const std::string& expected) {
    const Json document = json(input);
    const auto value = run(call, document);
    ASSERT_TRUE(value.ok()) << call << " on " << input << ": " << *value.error().cause;
    EXPECT_EQ(to_text(*value), to_text(json(expected))) << call << " on " << input;
  }

  // The recordings all take their arguments from FunctionInput.
  void expect_recorded(const std::string& call, const std::string& function_input,
                       const std::string& expected) {
    expect(call, R"({"FunctionInput":)" + function_input + "}", expected);
  }

  void refuses(const std::string& call, const std::string& input, const std::string& what) {
    const Json document = json(input);
    const auto value = run(call, document);
    ASSERT_FALSE(value.ok()) << call << " on " << input;
    EXPECT_EQ(value.error().error, "States.Runtime") << call;
    EXPECT_THAT(*value.error().cause, HasSubstr("The function '" + call +
                                                "' had the following error: Invalid arguments in " +
                                                call.substr(0, call.find('('))));
    EXPECT_THAT(*value.error().cause, HasSubstr(what)) << call;
  }

  Json context = json(R"({"Execution":{"Input":{"csv":"a,b"},"Name":"n"}})");
  Json variables = json(R"({"xCurrent":1,"yCurrent":2,"zCurrent":3,"bias":4})");
  Random random{1};
};

TEST_F(IntrinsicTest, Array) {
  const std::string two = "States.Array($.FunctionInput.fst, $.FunctionInput.snd)";
  expect_recorded("States.Array()", "\"HelloWorld\"", "[]");
  for (const char* v : {"\"\"", "\" \"", "\"HelloWorld\"", "null", "1", "1.1",
                        R"("{\"Arg1\": 1, \"Arg2\": []}")", R"({"Arg1":1,"Arg2":[]})"}) {
    const std::string value = v;
    expect_recorded(two, R"({"fst":)" + value + R"(,"snd":)" + value + "}",
                    "[" + value + "," + value + "]");
  }
  expect("States.Array('a', 1, -2.5, true, false, null, $.x[*], States.Array())", R"({"x":[1,2]})",
         R"(["a",1,-2.5,true,false,null,[1,2],[]])");
}

TEST_F(IntrinsicTest, ArrayContains) {
  const std::string call = "States.ArrayContains($.FunctionInput.fst, $.FunctionInput.snd)";
  expect_recorded(call, R"({"fst":[],"snd":null})", "false");
  expect_recorded(call, R"({"fst":[],"snd":[]})", "false");
  expect_recorded(call, R"({"fst":[],"snd":1})", "false");
  expect_recorded(call, R"({"fst":[[1,2,3],2],"snd":null})", "false");
  expect_recorded(call, R"({"fst":[[1,2,3],2],"snd":[1,2,3]})", "true");
  expect_recorded(call, R"({"fst":[{"1":2,"2":[]}],"snd":[]})", "false");
  expect_recorded(call, R"({"fst":[{"1":2,"2":[]}],"snd":{"1":2,"2":[]}})", "true");
  expect_recorded(call, R"({"fst":[true,false],"snd":true})", "true");
  expect_recorded(call, R"({"fst":[true,false],"snd":false})", "true");
  expect(call, R"({"FunctionInput":{"fst":[{"a":1,"b":2}],"snd":{"b":2,"a":1}}})", "false");
  refuses("States.ArrayContains($.s, 1)", R"({"s":"x"})", "must be an array");
}

TEST_F(IntrinsicTest, ArrayPartition) {
  // Recorded for $partition, which the developer guide gives the same meaning.
  for (const auto& [array, size, parts] : {std::tuple{"[0]", "1", "[[0]]"},
                                           {"[0]", "5", "[[0]]"},
                                           {"[0,1]", "1", "[[0],[1]]"},
                                           {"[0,1]", "2", "[[0,1]]"},
                                           {"[0,1,2]", "2", "[[0,1],[2]]"},
                                           {"[0,1,2]", "3", "[[0,1,2]]"},
                                           {"[0,1,2,3]", "3", "[[0,1,2],[3]]"},
                                           {"[]", "3", "[]"},
                                           {"[1,2,3,4,5]", "2.6", "[[1,2],[3,4],[5]]"}}) {
    expect("States.ArrayPartition($.a, $.n)",
           R"({"a":)" + std::string(array) + R"(,"n":)" + size + "}", parts);
  }
  for (const char* size : {"0", "-1", "0.6", "'2'", "null"}) {
    refuses("States.ArrayPartition($.a, " + std::string(size) + ")", R"({"a":[1]})", "positive");
  }
  refuses("States.ArrayPartition('no array', 2)", "{}", "must be an array");
}

TEST_F(IntrinsicTest, ArrayRange) {
  const std::string call =
      "States.ArrayRange($.FunctionInput.fst, $.FunctionInput.snd, $.FunctionInput.trd)";
  expect_recorded(call, R"({"fst":0,"snd":9,"trd":3})", "[0,3,6,9]");
  expect_recorded(call, R"({"fst":0,"snd":10,"trd":3})", "[0,3,6,9]");
  expect_recorded(call, R"({"fst":1,"snd":9,"trd":9})", "[1]");
  expect_recorded(call, R"({"fst":1,"snd":9,"trd":2})", "[1,3,5,7,9]");
  expect("States.ArrayRange(0, 3, 1)", "{}", "[0,1,2,3]");
  expect("States.ArrayRange(5, 1, -2)", "{}", "[5,3,1]");
  expect("States.ArrayRange(5, 1, 1)", "{}", "[]");
  expect("States.ArrayRange(5.4, -0.6, -2.4)", "{}", "[5,3,1]");
  refuses("States.ArrayRange(1, 10, 0)", "{}", "must not be 0");
  refuses("States.ArrayRange(1, 10, 0.49)", "{}", "must not be 0");
  refuses("States.ArrayRange(1, 1001, 1)", "{}", "more than 1000 elements");
  refuses("States.ArrayRange('a', 5, 1)", "{}", "must be numbers");
  const Json empty = Json::object();
  EXPECT_EQ(run("States.ArrayRange(1, 1000, 1)", empty)->size(), 1000U);
}

TEST_F(IntrinsicTest, ArrayGetItemLengthAndUnique) {
  expect("States.ArrayGetItem($.a, 1)", R"({"a":[10,20,30]})", "20");
  expect("States.ArrayGetItem($.a, 1.2)", R"({"a":[10,20,30]})", "20");
  expect("States.ArrayGetItem($.a, 999)", R"({"a":[]})", "null");
  refuses("States.ArrayGetItem($.a, 3)", R"({"a":[10,20,30]})", "outside the array of 3 elements");
  refuses("States.ArrayGetItem($.a, -1)", R"({"a":[10]})", "must not be negative");
  refuses("States.ArrayGetItem($.a, '0')", R"({"a":[10]})", "must be a number");
  refuses("States.ArrayGetItem('a', 0)", "{}", "must be an array");
  expect("States.ArrayLength($.a)", R"({"a":[1,[2,3]]})", "2");
  expect("States.ArrayLength($.none[*])", "{}", "0");
  refuses("States.ArrayLength($)", "{}", "must be an array");
  expect("States.ArrayUnique($.a)", R"({"a":[1,2,1,"1",[1],[1],{"a":1},{"a":1},null,null]})",
         R"([1,2,"1",[1],{"a":1},null])");
  refuses("States.ArrayUnique(1)", "{}", "must be an array");
}

TEST_F(IntrinsicTest, MathAddRoundsHalvesUp) {
  const std::string call = "States.MathAdd($.FunctionInput.fst, $.FunctionInput.snd)";
  struct Case {
    const char* first;
    const char* second;
    const char* sum;
  };
  for (const Case& c : {Case{"-9", "3", "-6"}, Case{"1.49", "1.5", "3"}, Case{"1.5", "1.51", "4"},
                        Case{"-1.49", "-1.5", "-2"}, Case{"-1.5", "-1.51", "-3"},
                        Case{"1.49", "0", "1"}, Case{"1.49", "-1.49", "0"}, Case{"1.5", "0", "2"},
                        Case{"1.51", "0", "2"}, Case{"-1.49", "0", "-1"}, Case{"-1.5", "0", "-1"},
                        Case{"-1.51", "0", "-2"}, Case{"0.5", "0", "1"}, Case{"2.5", "0", "3"},
                        Case{"3.5", "0", "4"}, Case{"-0.5", "0.5", "1"}, Case{"-0.5", "0", "0"},
                        Case{"-2.5", "0", "-2"}, Case{"-3.5", "0", "-3"}}) {
    expect_recorded(call, R"({"fst":)" + std::string(c.first) + R"(,"snd":)" + c.second + "}",
                    c.sum);
  }
  expect("States.MathAdd($.Iterations, -1)", R"({"Iterations":3})", "2");
  expect("States.MathAdd(States.MathAdd(States.MathAdd($yCurrent, $xCurrent), $zCurrent), $bias)",
         "{}", "10");
  refuses("States.MathAdd(1, '2')", "{}", "must be numbers");
  refuses("States.MathAdd(1, 1e300)", "{}", "must be numbers");
}

TEST_F(IntrinsicTest, MathRandomStaysWithinItsBoundsAndFollowsItsSeed) {
  const Json input = json(R"({"fst":12.5,"snd":44.51})");
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1'000; ++i) {
    const auto value = run("States.MathRandom($.fst, $.snd)", input);
    ASSERT_TRUE(value.ok());
    ASSERT_TRUE(value->is_number_integer());
    seen.insert(value->get<std::int64_t>());
  }
  EXPECT_EQ(*seen.begin(), 12);
  EXPECT_EQ(*seen.rbegin(), 43);
  const auto first = run("States.MathRandom(0, 999, 3)", input);
  const auto again = run("States.MathRandom(0, 999, 3)", input);
  EXPECT_EQ(*first, *again);
  std::set<std::int64_t> seeded;
  for (int seed = -20; seed < 20; ++seed) {
    const auto value = run("States.MathRandom(-99999, -9999, " + std::to_string(seed) + ")", input);
    ASSERT_TRUE(value.ok());
    EXPECT_GE(*value, -99999);
    EXPECT_LT(*value, -9999);
    seeded.insert(value->get<std::int64_t>());
  }
  EXPECT_GT(seeded.size(), 30U);
  refuses("States.MathRandom(1, 1)", "{}", "less than");
  refuses("States.MathRandom(10, 5)", "{}", "less than");
  refuses("States.MathRandom(1, 'b')", "{}", "must be numbers");
  refuses("States.MathRandom(1, 10, null)", "{}", "seed");
}

TEST_F(IntrinsicTest, StringSplit) {
  const std::string call = "States.StringSplit($.FunctionInput.fst, $.FunctionInput.snd)";
  expect_recorded(call, R"({"fst":" ","snd":","})", R"([" "])");
  expect_recorded(call, R"({"fst":" , ","snd":","})", R"([" "," "])");
  expect_recorded(call, R"({"fst":", , ,","snd":","})", R"([" "," "])");
  expect_recorded(call, R"({"fst":",,,,","snd":","})", "[]");
  expect_recorded(call, R"({"fst":"1,2,3,4,5","snd":","})", R"(["1","2","3","4","5"])");
  expect_recorded(call, R"({"fst":"This.is+a,test=string","snd":".+,="})",
                  R"(["This","is","a","test","string"])");
  expect_recorded(call, R"({"fst":"split on T and \nnew line","snd":"T\n"})",
                  R"(["split on "," and ","new line"])");
  expect("States.StringSplit($.s, ',')",
         R"({"s":"Value1,Value2,Value3\nValue4,Value5,Value6\n,,,\ntrue,1,'HelloWorld'\n)"
         R"(Null,None,\n   \n"})",
         R"(["Value1","Value2","Value3\nValue4","Value5","Value6\n","\ntrue","1",)"
         R"("'HelloWorld'\nNull","None","\n   \n"])");
  expect("States.StringSplit($$.Execution.Input.csv, ',')", "{}", R"(["a","b"])");
  expect("States.StringSplit('aéb€c', 'é€')", "{}", R"(["a","b","c"])");
  expect("States.StringSplit('abc', '')", "{}", R"(["abc"])");
  expect("States.StringSplit('', ',')", "{}", "[]");
  refuses("States.StringSplit(1, ',')", "{}", "must be a string");
  refuses("States.StringSplit('a', null)", "{}", "must be a string");
}

TEST_F(IntrinsicTest, Format) {
  expect("States.Format('Hello {}, welcome to {}!', $.n, 'X')", R"({"n":"Foo"})",
         R"("Hello Foo, welcome to X!")");
  expect("States.Format('Format:{}', 101)", "{}", R"("Format:101")");
  expect("States.Format('no placeholders')", "{}", R"("no placeholders")");
  expect("States.Format('{} {} {} {}', null, true, 1.5, -1)", "{}", R"("null true 1.5 -1")");
  expect("States.Format('{}', $.v)", R"({"v":{"Arg1":1,"Arg2":[]}})", R"("{Arg1=1, Arg2=[]}")");
  expect("States.Format('{}', $.v)", R"({"v":["a",{"b":null}]})", R"("[a, {b=null}]")");
  expect("States.Format($.t, $$.Execution.Name)", R"({"t":"is {}"})", R"("is n")");
  expect(R"(States.Format('\{ {} \} \'{}\' \\', 1, 2))", "{}", R"("{ 1 } '2' \\")");
  expect(R"(States.Format($.t, 1))", R"({"t":"\\{\\} {} C:\\dir"})", R"("{} 1 C:\\dir")");
  expect("States.Format('line\n{}', '{}')", "{}", R"("line\n{}")");
  expect("States.Format('{}', States.Format('<{}>', $.v))", R"({"v":"é"})", R"("<é>")");
  refuses("States.Format('{} {}', 1)", "{}",
          "number of arguments do not match the occurrences of {}");
  refuses("States.Format('{}', 1, 2)", "{}",
          "number of arguments do not match the occurrences of {}");
  refuses("States.Format('Hello {', 1)", "{}", "matching '}' not found for '{'");
  refuses("States.Format('{{}}', 1)", "{}", "matching '}' not found for '{'");
  refuses("States.Format('}')", "{}", "'}'");
  refuses("States.Format(1)", "{}", "must be a string");
}

TEST_F(IntrinsicTest, Json) {
  expect("States.StringToJson($.s)", R"({"s":""})", "null");
  expect("States.StringToJson($.s)", R"({"s":" "})", "null");
  expect("States.StringToJson($.s)", R"({"s":"-0"})", "0");
  expect("States.StringToJson($.s)", R"({"s":"{\"a\": [1, \"b\"]}"})", R"({"a":[1,"b"]})");
  expect(R"(States.StringToJson('\{"a":1\}'))", "{}", R"({"a":1})");
  refuses("States.StringToJson($.s)", R"({"s":"{a"})", "is not JSON");
  refuses("States.StringToJson($)", "{}", "must be a string");
  expect("States.JsonToString($)", R"({"b": [1, 1.5, null], "a": "x\"y"})",
         R"("{\"b\":[1,1.5,null],\"a\":\"x\\\"y\"}")");
  expect("States.JsonMerge($.a, $.b, false)",
         R"({"a":{"x":1,"y":{"m":1}},"b":{"y":{"n":2},"z":3}})", R"({"x":1,"y":{"n":2},"z":3})");
  expect("States.JsonMerge($.a, $.a, 'false')", R"({"a":{"x":1}})", R"({"x":1})");
  refuses("States.JsonMerge($.a, $.a, true)", R"({"a":{}})", "deep merging is not supported");
  refuses("States.JsonMerge(null, $.a, false)", R"({"a":{}})", "first argument must be an object");
  refuses("States.JsonMerge($.a, States.Array(), false)", R"({"a":{}})",
          "second argument must be an object");
}

// Digests and Base64 by coreutils.
TEST_F(IntrinsicTest, Encoding) {
  expect("States.Base64Encode('Data to encode')", "{}", R"("RGF0YSB0byBlbmNvZGU=")");
  expect("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "{}", R"("Data to encode")");
  expect("States.Base64Encode($.s)", R"({"s":""})", "\"\"");
  expect("States.Base64Decode($.s)", R"({"s":""})", "\"\"");
  refuses("States.Base64Decode('a')", "{}", "is not Base64");
  refuses("States.Base64Encode(1)", "{}", "must be a string");
  struct Case {
    const char* algorithm;
    const char* digest;
  };
  for (const Case& c :
       {Case{"MD5", "812f45842bc6d66ee14572ce20db8e86"},
        Case{"SHA-1", "aaff4a450a104cd177d28d18d74485e8cae074b7"},
        Case{"SHA-256", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"},
        Case{"SHA-384",
             "d28a7d5cf25a74f11a50a18452b75e04bb3d70c9dd0510d6123aa008c756511b87525bdc835ebb27e1fb9"
             "e9374a15562"},
        Case{"SHA-512",
             "6ce4adb348546d4f449c4d25aad9a7c9cb711d9e91982d3f0b29ca2f3f47d4ce2deba23bf2954f0f1d593"
             "fc50283731a533d30d425402d4f91316d871303aac4"}}) {
    expect("States.Hash('input data', '" + std::string(c.algorithm) + "')", "{}",
           "\"" + std::string(c.digest) + "\"");
  }
  expect("States.Hash($, 'SHA-256')", R"({"a": [1, 2]})",
         "\"01530d164d479cf08e26d3b1ad9bdba927120d97e2d057a6d792db778780d720\"");
  refuses("States.Hash('a', 'SHA256')", "{}", "must be MD5, SHA-1");
  refuses("States.Hash('a', 1)", "{}", "must be MD5, SHA-1");
}

TEST_F(IntrinsicTest, EncodingTakesTenThousandCharacters) {
  std::string most;
  for (int i = 0; i < 10'000; ++i) most += "é";
  for (const char* call : {"States.Base64Encode($.s)", "States.Hash($.s, 'MD5')"}) {
    const Json fits = {{"s", most}}, too_long = {{"s", most + "é"}};
    EXPECT_TRUE(run(call, fits).ok()) << call;
    const auto refused = run(call, too_long);
    ASSERT_FALSE(refused.ok()) << call;
    EXPECT_THAT(*refused.error().cause, HasSubstr("more than 10000 characters"));
  }
}

TEST_F(IntrinsicTest, UuidsAreOfVersionFourAndDiffer) {
  const Json input;
  const auto first = run("States.UUID()", input), second = run("States.UUID()", input);
  EXPECT_THAT(first->get<std::string>(),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(*first, *second);
}

// Texts as AWS writes them (reported from us-east-1 for each of these calls).
TEST_F(IntrinsicTest, AnArgumentThatIsNotThereFailsTheWholeCall) {
  const auto cause = [&](const std::string& call, const char* input) {
    const Json document = json(input);
    const auto value = run(call, document);
    EXPECT_FALSE(value.ok()) << call;
    EXPECT_EQ(value.error().error, "States.Runtime") << call;
    return value.error().cause.value_or("");
  };
  EXPECT_EQ(
      cause("States.Format('{}',$.nope)", R"({"other": 1})"),
      "The function 'States.Format('{}',$.nope)' had the following error: The JsonPath argument "
      "for the field '$.nope' could not be found in the input '{\"other\":1}'");
  EXPECT_EQ(
      cause("States.Format('{}', States.Format('{}', $.a.b))", "[]"),
      "The function 'States.Format('{}', States.Format('{}', $.a.b))' had the following error: "
      "The JsonPath argument for the field '$.a.b' could not be found in the input '[]'");
  EXPECT_EQ(
      cause("States.Format('{}', $.items[5])", R"({"items":[1,2]})"),
      "The function 'States.Format('{}', $.items[5])' had the following error: The JsonPath "
      "argument for the field '$.items[5]' could not be found in the input '{\"items\":[1,2]}'");
  EXPECT_EQ(
      cause("States.Format('{}', $$.Nope.Deep)", R"({"other":1})"),
      "The function 'States.Format('{}', $$.Nope.Deep)' had the following error: The JsonPath "
      "argument for the field '$.Nope.Deep' could not be found in the input '{\"other\":1}'");
  EXPECT_EQ(
      cause("States.Format('{}', $.other[0])", R"({"other":1})"),
      "The function 'States.Format('{}', $.other[0])' had the following error: Filter: [0] can "
      "only be applied to arrays. Current context is: 1");
}

TEST_F(IntrinsicTest, ArgumentsMayHoldCommasAndParentheses) {
  expect("States.Array( $.a[?(@.x == ',)' && (@.y))].x , $['a, b)'] ,'),(')",
         R"j({"a":[{"x":",)","y":1}],"a, b)":2})j", R"j([[",)"],2,"),("])j");
  expect(" States.ArrayLength ( $.a ) ", R"({"a":[]})", "0");
  expect("States.Array('\\'\\{\\}\\\\')", "{}", R"(["'{}\\"])");
}

TEST_F(IntrinsicTest, NestingGoesTenDeep) {
  std::string ten = "1", eleven;
  for (int i = 0; i < 10; ++i) ten = "States.Array(" + ten + ")";
  eleven = "States.Array(" + ten + ")";
  EXPECT_TRUE(Call::parse(ten).ok());
  ASSERT_FALSE(Call::parse(eleven).ok());
  EXPECT_THAT(Call::parse(eleven).error(), HasSubstr("nested 10 deep"));
}

TEST_F(IntrinsicTest, MistakesAreOneSentenceThatSaysWhere) {
  struct Case {
    const char* call;
    const char* expected;
  };
  for (const Case& c :
       {Case{"States.format('a')", "did you mean 'States.Format'?"},
        Case{"States.NoSuchThing()", "there is no intrinsic function 'States.NoSuchThing'"},
        Case{"States.Format", "'(' is expected"}, Case{"States.Format(", "an argument is expected"},
        Case{"States.Format('a'", "',' or ')' is expected"},
        Case{"States.Format('a',)", "an argument is"},
        Case{"States.Format('a') x", "nothing may follow"},
        Case{"States.Format('a", "closing ' is missing"},
        Case{R"(States.Format('a\n'))", "'\\' may only"},
        Case{R"(States.Format('a\)", "'\\' may only"},
        Case{"States.Format(\"a\")", "an argument is"}, Case{"States.Array(abc)", "an argument is"},
        Case{"States.Array([1])", "an argument is"}, Case{"States.Array($.a[)", "brackets hold"},
        Case{"States.Array(01)", "an argument is"},
        Case{"States.UUID(1)", "takes 0 arguments, not 1"},
        Case{"States.MathAdd(1)", "takes 2 arguments, not 1"},
        Case{"States.MathRandom(1)", "takes 2 to 3 arguments, not 1"},
        Case{"States.Format()", "takes at least 1 arguments, not 0"}}) {
    const auto parsed = Call::parse(c.call);
    ASSERT_FALSE(parsed.ok()) << c.call;
    EXPECT_THAT(parsed.error(), HasSubstr(c.expected)) << c.call;
  }
}

TEST_F(IntrinsicTest, AllEighteenAreThere) {
  EXPECT_EQ(function_names().size(), 18U);
  EXPECT_EQ(find_function("States.Format")->name, "States.Format");
  EXPECT_EQ(find_function("Format"), nullptr);
}

}  // namespace
}  // namespace bedlam::states::intrinsic
