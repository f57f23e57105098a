// Vectors and pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>

#include "emulator/bedrock/families/picture/picture.h"
#include "tests/unit/bedrock/families/family_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> vector_of(const Json& values) {
  return values.get<std::vector<double>>();
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b.at(i);
  return sum;
}

constexpr const char* kTitanV1 = "amazon.titan-embed-text-v1";
constexpr const char* kTitanV2 = "amazon.titan-embed-text-v2:0";
constexpr const char* kCanvas = "amazon.nova-canvas-v1:0";
constexpr const char* kTitanImage = "amazon.titan-image-generator-v2:0";

class Computing : public RuntimeTest {
 protected:
  Json embed(const std::string& model, const std::string& body) {
    const Delivered reply = call("InvokeModel", body, model);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json();
  }
  std::vector<double> titan(const std::string& text) {
    return vector_of(embed(kTitanV2, R"({"inputText":)" + to_text(Json(text)) + "}")["embedding"]);
  }
};

TEST_F(Computing, TitanVectorsAreOfLengthOneAndOfTheTextAlone) {
  const Delivered first = call("InvokeModel", R"({"inputText":"A red car"})", kTitanV1);
  EXPECT_EQ(first.header("X-Amzn-Bedrock-Input-Token-Count"), "3");
  EXPECT_FALSE(first.headers.find("X-Amzn-Bedrock-Output-Token-Count"));
  const Json body = first.json();
  EXPECT_EQ(body["inputTextTokenCount"], 3);
  EXPECT_EQ(body.size(), 2U);
  EXPECT_EQ(body["embedding"].size(), 1'536U);
  const auto vector = vector_of(body["embedding"]);
  EXPECT_NEAR(product(vector, vector), 1, 1e-6);
  // Neither the seed nor what was called before counts.
  BedrockRuntime other(scheduler, 99);
  rpc::Call request;
  request.operation = "InvokeModel";
  request.resource = kTitanV1;
  request.body = R"({"inputText":"A red car"})";
  EXPECT_EQ(call(request, other).body, first.body);
}

TEST_F(Computing, TextsThatShareWordsAreNearer) {
  const auto car = titan("a red car in the city");
  EXPECT_GT(product(car, titan("the red car")), product(car, titan("quantum field theory")) + 0.3);
  EXPECT_LT(product(car, titan("in the city a red car")), 0.999);
  EXPECT_GT(product(car, titan("in the city a red car")), 0.8);
}

TEST_F(Computing, TitanV2HasItsOptions) {
  const Json small = embed(
      kTitanV2,
      R"({"inputText":"Hi","dimensions":256,"normalize":false,"embeddingTypes":["binary","float"]})");
  EXPECT_EQ(small["embedding"].size(), 256U);
  const auto vector = vector_of(small["embedding"]);
  EXPECT_GT(product(vector, vector), 2);
  EXPECT_EQ(small["embeddingsByType"]["float"], small["embedding"]);
  EXPECT_EQ(small["embeddingsByType"]["binary"].size(), 256U);
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(small["embeddingsByType"]["binary"][i], vector[i] > 0 ? 1 : 0);
  }
  EXPECT_EQ(embed(kTitanV2, R"({"inputText":"Hi"})")["embedding"].size(), 1'024U);
}

TEST_F(Computing, CohereVectors) {
  const Json floats =
      embed("cohere.embed-english-v3", R"({"texts":["one","two"],"input_type":"search_document"})");
  EXPECT_EQ(floats["response_type"], "embeddings_floats");
  EXPECT_EQ(floats["embeddings"].size(), 2U);
  EXPECT_EQ(floats["embeddings"][1].size(), 1'024U);
  EXPECT_EQ(to_text(floats["texts"]), R"(["one","two"])");
  std::vector<std::string> names;
  for (const auto& [name, value] : floats.items()) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("id", "embeddings", "response_type", "texts"));
  const Json typed = embed(
      "cohere.embed-v4:0",
      R"({"texts":["one"],"input_type":"search_query","output_dimension":256,"embedding_types":["float","int8","uint8","binary","ubinary"]})");
  EXPECT_EQ(typed["response_type"], "embeddings_by_type");
  EXPECT_EQ(typed["embeddings"]["float"][0].size(), 256U);
  EXPECT_EQ(typed["embeddings"]["int8"][0].size(), 256U);
  EXPECT_EQ(typed["embeddings"]["ubinary"][0].size(), 32U);
  EXPECT_EQ(typed["embeddings"]["ubinary"][0][0].get<int>() - 128,
            typed["embeddings"]["binary"][0][0].get<int>());
}

TEST_F(Computing, NovaVectors) {
  const Json body = embed(
      "amazon.nova-2-multimodal-embeddings-v1:0",
      R"({"schemaVersion":"nova-multimodal-embed-v1","taskType":"SINGLE_EMBEDDING","singleEmbeddingParams":{"embeddingPurpose":"GENERIC_INDEX","embeddingDimension":384,"text":{"truncationMode":"END","value":"Hello World!"}}})");
  EXPECT_EQ(body["embeddings"][0]["embeddingType"], "TEXT");
  EXPECT_EQ(body["embeddings"][0]["embedding"].size(), 384U);
}

TEST_F(Computing, RefusesAsAwsDoes) {
  const auto malformed = [](const std::string& detail) {
    return "Malformed input request: " + detail + ", please reformat your input and try again.";
  };
  EXPECT_EQ(refusal("InvokeModel", R"({"inputText":"Hi","textGenerationConfig":{}})", kTitanV1),
            malformed("#: extraneous key [textGenerationConfig] is not permitted"));
  EXPECT_EQ(
      refusal("InvokeModel", R"({"inputText":")" + std::string(50'001, 'a') + "\"}", kTitanV1),
      malformed("#/inputText: expected maxLength: 50000, actual: 50001"));
  std::string words;
  for (int i = 0; i < 9'279; ++i) words += "a ";
  words.pop_back();
  EXPECT_EQ(refusal("InvokeModel", R"({"inputText":")" + words + "\"}", kTitanV2),
            "400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token "
            "count: 9279 ");
  EXPECT_EQ(
      refusal("InvokeModel",
              R"({"texts":[")" + std::string(2'059, 'a') + R"("],"input_type":"search_query"})",
              "cohere.embed-english-v3"),
      malformed("#/texts/0: expected maxLength: 2048, actual: 2059"));
  EXPECT_EQ(refusal("InvokeModel",
                    R"({"taskType":"TEXT_IMAGE","textToImageParams":{"text":")" +
                        std::string(536, 'a') + "\"}}",
                    kTitanImage),
            malformed("#/textToImageParams/text: expected maxLength: 512, actual: 536"));
  EXPECT_EQ(refusal("InvokeModel", R"({"taskType":"TEXT_IMAGE"})", kCanvas),
            malformed("#: required key [textToImageParams] not found"));
  for (const std::string model : {kTitanV1, "cohere.embed-english-v3", kCanvas}) {
    EXPECT_EQ(refusal("InvokeModelWithResponseStream", "{}", model),
              "The model is unsupported for streaming.");
    EXPECT_EQ(refusal("Converse", converse_body("Hi"), model),
              "This action doesn't support the model that you provided. Try again with a supported "
              "text or chat model.");
  }
}

TEST_F(Computing, ScriptsApply) {
  script::Outcome slow = answer("quantum field theory");
  slow.latency = script::Latency{script::Constant{2s}, {}, {}};
  script({slow, error("ThrottlingException"), answer(script::Body{{{"embedding", {0.5, 0.5}}}})});
  const std::string body = R"({"inputText":"a red car"})";
  const Delivered replaced = call("InvokeModel", body, kTitanV2);
  EXPECT_EQ(replaced.head_due, 2s);
  EXPECT_EQ(replaced.json()["inputTextTokenCount"], 3);
  EXPECT_EQ(call("InvokeModel", body, kTitanV2).status, 429);
  EXPECT_EQ(call("InvokeModel", body, kTitanV2).body, R"({"embedding":[0.5,0.5]})");
  runtime.use(script::Script());
  EXPECT_EQ(vector_of(replaced.json()["embedding"]), titan("quantum field theory"));
}

// A PNG read by the book: signature, chunks with their CRCs, the deflated rows.
struct Decoded {
  std::uint32_t width = 0, height = 0;
  std::string rows;  // filtered
};

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | static_cast<unsigned char>(bytes.at(at + i));
  }
  return number;
}

Decoded decoded(const std::string& png) {
  Decoded picture;
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  std::string data, last;
  for (std::size_t at = 8; at < png.size();) {
    const std::size_t size = number_at(png, at);
    last = png.substr(at + 4, 4);
    const auto* checked = reinterpret_cast<const Bytef*>(png.data() + at + 4);
    EXPECT_EQ(number_at(png, at + 8 + size), crc32(0, checked, static_cast<uInt>(size + 4)));
    if (last == "IHDR") {
      picture.width = number_at(png, at + 8);
      picture.height = number_at(png, at + 12);
      EXPECT_EQ(png.substr(at + 16, 5), std::string("\x08\x02\0\0\0", 5));
    }
    if (last == "IDAT") data += png.substr(at + 8, size);
    at += 12 + size;
  }
  EXPECT_EQ(last, "IEND");
  uLongf length = static_cast<uLongf>(picture.height) * (1 + picture.width * 3);
  picture.rows.resize(length);
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(picture.rows.data()), &length,
                       reinterpret_cast<const Bytef*>(data.data()), data.size()),
            Z_OK);
  EXPECT_EQ(length, picture.rows.size());
  return picture;
}

TEST(Picture, IsAPngOfTheAskedSize) {
  for (const auto& [width, height] : {std::pair(1024, 1024), std::pair(320, 704), std::pair(7, 3),
                                      std::pair(1, 1), std::pair(4096, 1024)}) {
    const Decoded picture = decoded(draw_picture(width, height, "A family SUV by the sea", 7));
    EXPECT_EQ(picture.width, width);
    EXPECT_EQ(picture.height, height);
  }
}

TEST(Picture, IsSmallAndFollowsPromptAndSeed) {
  const std::string picture = draw_picture(1024, 1024, "A family SUV", 7);
  EXPECT_LT(picture.size(), 60'000U);
  EXPECT_EQ(draw_picture(1024, 1024, "A family SUV", 7), picture);
  EXPECT_NE(draw_picture(1024, 1024, "A family SUV", 8), picture);
  EXPECT_NE(draw_picture(1024, 1024, "A family van", 7), picture);
  decoded(draw_picture(512, 512, std::string(20'000, 'x') + " äöü €", 7));
  decoded(draw_picture(512, 512, "", 0));
}

// Nova user guide, image-gen-styles.
TEST_F(Computing, StylesOfCanvas) {
  const auto styled = [](const std::string& style) {
    return R"({"taskType":"TEXT_IMAGE","textToImageParams":{"text":"A car","style":")" + style +
           R"("},"imageGenerationConfig":{"width":320,"height":320}})";
  };
  for (const char* style : {"3D_ANIMATED_FAMILY_FILM", "PHOTOREALISM", "SOFT_DIGITAL_PAINTING"}) {
    EXPECT_EQ(call("InvokeModel", styled(style), kCanvas).status, 200) << style;
  }
  EXPECT_THAT(refusal("InvokeModel", styled("CUBISM"), kCanvas),
              HasSubstr("#/textToImageParams/style: CUBISM is not a valid enum value"));
  EXPECT_THAT(refusal("InvokeModel", styled("PHOTOREALISM"), kTitanImage),
              HasSubstr("extraneous key [style] is not permitted"));
}

TEST_F(Computing, PicturesComeAsAsked) {
  const std::string text = R"({"taskType":"TEXT_IMAGE","textToImageParams":{"text":"A red car"})";
  const Json two =
      call(
          "InvokeModel",
          text +
              R"(,"imageGenerationConfig":{"numberOfImages":2,"width":768,"height":1152,"seed":5}})",
          kTitanImage)
          .json();
  ASSERT_EQ(two["images"].size(), 2U);
  EXPECT_TRUE(two["error"].is_null());
  EXPECT_EQ(base64_decode(two["images"][0].get<std::string>()),
            draw_picture(768, 1152, "A red car", 5));
  EXPECT_EQ(base64_decode(two["images"][1].get<std::string>()),
            draw_picture(768, 1152, "A red car", 6));
  const Json one = call("InvokeModel", text + "}", kCanvas).json();
  EXPECT_EQ(base64_decode(one["images"][0].get<std::string>()),
            draw_picture(1024, 1024, "A red car", 12));
  EXPECT_EQ(
      refusal("InvokeModel", text + R"(,"imageGenerationConfig":{"width":1000,"height":1000}})",
              kTitanImage),
      "The image size 1000x1000 is not supported.");
  const std::string base = base64_encode(draw_picture(320, 336, "base", 1));
  const Json removed =
      call("InvokeModel",
           R"({"taskType":"BACKGROUND_REMOVAL","backgroundRemovalParams":{"image":")" + base +
               "\"}}",
           kCanvas)
          .json();
  const Decoded cut = decoded(*base64_decode(removed["images"][0].get<std::string>()));
  EXPECT_EQ(cut.width, 320U);
  EXPECT_EQ(cut.height, 336U);
  EXPECT_THAT(
      refusal("InvokeModel",
              R"({"taskType":"BACKGROUND_REMOVAL","backgroundRemovalParams":{"image":"aGVsbG8="}})",
              kCanvas),
      HasSubstr("is not a PNG or JPEG image"));
}

}  // namespace
}  // namespace bedlam::bedrock::test
