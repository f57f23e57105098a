// Tables and items, as callers see them. Texts are AWS's: recorded (shared cases of DynamoDB tasks)
// or quoted in the developer guide, whose examples of expressions these are too.
#include "emulator/dynamodb/dynamodb.h"

#include <gmock/gmock.h>

#include "emulator/dynamodb/number.h"

namespace bedlam::dynamodb {
namespace {

class DynamoDbTest : public testing::Test {
 protected:
  DynamoDbTest() {
    ask("CreateTable", R"({"TableName": "cache",
        "KeySchema": [{"AttributeName": "prompt", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "prompt", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST"})");
  }

  // The answer, or "Code: message".
  std::string ask(const std::string& operation, const std::string& body) {
    rpc::Call call;
    call.service = "dynamodb";
    call.operation = operation;
    call.body = body;
    std::string text;
    service.handle(call, [&](const rpc::Reply& reply) {
      for (const rpc::Step& step : reply.steps) {
        if (const auto* head = std::get_if<rpc::Head>(&step.action)) status = head->status;
        if (const auto* bytes = std::get_if<rpc::Bytes>(&step.action)) text += bytes->data;
      }
    });
    if (status == 200) return text;
    const Json error = Json::parse(text);
    const std::string type = error["__type"];
    return type.substr(type.find('#') + 1) + ": " + error.value("message", "");
  }
  std::string put(const std::string& item, const std::string& more = "") {
    return ask("PutItem", R"({"TableName": "cache", "Item": )" + item + more + "}");
  }
  std::string update(const std::string& more) {
    return ask("UpdateItem",
               R"({"TableName": "cache", "Key": {"prompt": {"S": "x"}}, )" + more + "}");
  }
  Json item() {
    return Json::parse(ask("GetItem", R"({"TableName": "cache", "Key": {"prompt": {"S": "x"}}})"));
  }

  Scheduler scheduler{WallTime(std::chrono::seconds(1'728'000'000))};
  DynamoDb service{scheduler, 7, "123456789012"};
  int status = 0;
};

TEST_F(DynamoDbTest, PutsGetsAndDeletes) {
  EXPECT_EQ(put(R"({"prompt": {"S": "x"}, "answer": {"S": "y"}})"), "{}");
  EXPECT_EQ(item()["Item"]["answer"]["S"], "y");
  EXPECT_EQ(ask("DeleteItem", R"({"TableName": "cache", "Key": {"prompt": {"S": "x"}},
                                  "ReturnValues": "ALL_OLD"})"),
            R"({"Attributes":{"prompt":{"S":"x"},"answer":{"S":"y"}}})");
  EXPECT_EQ(item(), Json::object());
}

TEST_F(DynamoDbTest, RefusesInTheWordsOfAws) {
  EXPECT_EQ(ask("PutItem", R"({"TableName": "other", "Item": {"id": {"S": "1"}}})"),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(ask("PutItem", R"({"TableName": "/x", "Item": {"id": {"S": "1"}}})"),
            "ValidationException: 1 validation error detected: Value '/x' at 'tableName' failed to "
            "satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  EXPECT_EQ(ask("PutItem", R"({"TableName": "other", "Item": null})"),
            "ValidationException: 1 validation error detected: Value null at 'item' failed to "
            "satisfy constraint: Member must not be null");
  EXPECT_EQ(
      put(R"({"other": {"S": "x"}})"),
      "ValidationException: One or more parameter values were invalid: Missing the key prompt "
      "in the item");
  EXPECT_EQ(put(R"({"prompt": {"N": "1"}})"),
            "ValidationException: One or more parameter values were invalid: Type mismatch for key "
            "prompt expected: S actual: N");
  EXPECT_EQ(ask("GetItem", R"({"TableName": "cache", "Key": {"id": {"S": "x"}}})"),
            "ValidationException: The provided key element does not match the schema");
  EXPECT_EQ(put(R"({"prompt": {"S": "x"}, "n": {"N": "one"}})"),
            "ValidationException: The parameter cannot be converted to a numeric value: one");
  EXPECT_EQ(
      put(R"({"prompt": {"S": "x"}, "n": {"N": "1", "S": "1"}})"),
      "ValidationException: Supplied AttributeValue is empty, must contain exactly one of the "
      "supported datatypes");
  EXPECT_EQ(ask("CreateTable", R"({"TableName": "cache"})"),
            "ResourceInUseException: Table already exists: cache");
}

TEST_F(DynamoDbTest, ConditionsGuardWrites) {
  const std::string lock = R"+(, "ConditionExpression": "attribute_not_exists(prompt)")+";
  EXPECT_EQ(put(R"({"prompt": {"S": "x"}, "n": {"N": "5"}})", lock), "{}");
  EXPECT_EQ(put(R"({"prompt": {"S": "x"}})", lock),
            "ConditionalCheckFailedException: The conditional request failed");
  struct Case {
    const char* condition;
    bool held;
  };
  const std::vector<Case> table{
      {"#n = :five", true},
      {"#n <> :five", false},
      {"#n < :ten AND #n > :five", false},
      {"#n BETWEEN :five AND :ten", true},
      {"#n IN (:ten, :five)", true},
      {"NOT #n = :ten and (#n = :five or #n = :ten)", true},
      {"size(prompt) < :ten AND #n < :ten AND #n <> :five", false},
      {"begins_with(prompt, :x) AND #n = :five AND :ten > :five", true},
      {"contains(prompt, :x) AND attribute_type(#n, :N) AND :ten >= :five", true},
      {"attribute_exists(gone) OR #n = :ten OR :five = :ten", false},
  };
  for (const Case& c : table) {
    std::string values;
    for (const auto& [name, value] :
         {std::pair(":five", R"({"N": "5"})"), std::pair(":ten", R"({"N": "1e1"})"),
          std::pair(":x", R"({"S": "x"})"), std::pair(":N", R"({"S": "N"})")}) {
      if (std::string_view(c.condition).find(name) == std::string_view::npos) continue;
      values += (values.empty() ? "" : ", ") + ("\"" + std::string(name) + "\": ") + value;
    }
    const std::string answer = update(R"("ConditionExpression": ")" + std::string(c.condition) +
                                      R"(", "ExpressionAttributeNames": {"#n": "n"},
                                         "ExpressionAttributeValues": {)" +
                                      values + "}");
    EXPECT_EQ(answer == "{}", c.held) << c.condition << " " << answer;
  }
}

TEST_F(DynamoDbTest, UpdatesByExpression) {
  // Recorded: an item that is not there is made.
  EXPECT_EQ(update(R"("UpdateExpression": "set S=:r", "ReturnValues": "UPDATED_NEW",
                      "ExpressionAttributeValues": {":r": {"S": "HelloWorldUpdated"}})"),
            R"({"Attributes":{"S":{"S":"HelloWorldUpdated"}}})");
  EXPECT_EQ(
      update(R"("UpdateExpression": "SET hits = if_not_exists(hits, :zero) + :one, tags = :tags, )"
             R"(list = list_append(:l, :l), deep = :deep REMOVE S",
                "ExpressionAttributeValues": {":zero": {"N": "0"}, ":one": {"N": "1"},
                  ":tags": {"SS": ["a", "b"]}, ":l": {"L": [{"N": "1"}]},
                  ":deep": {"M": {"in": {"L": [{"S": "first"}]}}}})"),
      "{}");
  EXPECT_EQ(update(R"("UpdateExpression": "ADD hits :two DELETE tags :gone )"
                   R"(SET deep.#in[0] = :v, deep.other = hits - :two",
                      "ExpressionAttributeNames": {"#in": "in"},
                      "ExpressionAttributeValues": {":two": {"N": "2.50"}, ":v": {"S": "second"},
                        ":gone": {"SS": ["b", "z"]}})"),
            "{}");
  EXPECT_EQ(item()["Item"], Json::parse(R"({"prompt": {"S": "x"}, "hits": {"N": "3.5"},
      "tags": {"SS": ["a"]}, "list": {"L": [{"N": "1"}, {"N": "1"}]},
      "deep": {"M": {"in": {"L": [{"S": "second"}]}, "other": {"N": "-1.5"}}}})"));
}

TEST_F(DynamoDbTest, ExpressionsAreChecked) {
  const std::string value = R"(, "ExpressionAttributeValues": {":v": {"S": "1"}})";
  EXPECT_EQ(
      update(R"("UpdateExpression": "SET prompt = :v")" + value),
      "ValidationException: One or more parameter values were invalid: Cannot update attribute "
      "prompt. This attribute is part of the key");
  EXPECT_EQ(update(R"("UpdateExpression": "SET a = :w")" + value),
            "ValidationException: Invalid UpdateExpression: An expression attribute value used in "
            "expression is not defined; attribute value: :w");
  EXPECT_EQ(
      update(R"("UpdateExpression": "SET #a = :v")" + value),
      "ValidationException: Invalid UpdateExpression: An expression attribute name used in the "
      "document path is not defined; attribute name: #a");
  EXPECT_EQ(
      update(R"("UpdateExpression": "REMOVE a")" + value),
      "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: "
      "keys: {:v}");
  EXPECT_THAT(update(R"("UpdateExpression": "SET a = ")"),
              testing::StartsWith(
                  "ValidationException: Invalid UpdateExpression: Syntax error; token: \"<EOF>\""));
}

TEST(DynamoDbNumbers, AreExactAndCanonical) {
  struct Case {
    const char* text;
    const char* canonical;
  };
  for (const auto& [text, canonical] : std::vector<Case>{
           {"0", "0"},
           {"-0.00", "0"},
           {"007", "7"},
           {"1.50", "1.5"},
           {"1e3", "1000"},
           {"-2.5E-3", "-0.0025"},
           {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"}}) {
    const auto number = Number::parse(text);
    ASSERT_TRUE(number) << text;
    EXPECT_EQ(number->text(), canonical);
  }
  for (const char* text : {"", "-", ".", "1.2.3", "1e", "0x1", "1 ", "1e200",
                           "123456789012345678901234567890123456789"}) {
    EXPECT_FALSE(Number::parse(text)) << text;
  }
  const auto sum = [](const char* a, const char* b) {
    return Number::sum(*Number::parse(a), *Number::parse(b))->text();
  };
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("99", "1"), "100");
  EXPECT_EQ(sum("-5", "5"), "0");
  EXPECT_EQ(sum("3", "-10"), "-7");
  EXPECT_LT(*Number::parse("-10"), *Number::parse("-9"));
  EXPECT_LT(*Number::parse("9"), *Number::parse("10"));
  EXPECT_EQ(*Number::parse("1.0"), *Number::parse("1"));
}

}  // namespace
}  // namespace bedlam::dynamodb
