// Amazon Titan Image Generator v1 and v2, and Nova Canvas, which share their bodies (Bedrock user
// guide, model-parameters-titan-image; Nova user guide, image-gen-req-resp-structure; facts:
// model-families.md section 5). Pictures are drawn (picture/picture.h), none is ever filtered.
#include <algorithm>
#include <array>

#include "emulator/base/base64.h"
#include "emulator/base/glob.h"
#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/picture/picture.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/families/spoken.h"

namespace bedlam::bedrock {
namespace {

struct ImageModel {
  bool canvas;
  int tasks;  // as Task::since counts
  int text_characters;
  int largest_seed, default_seed;
};

// Titan's text limit is quoted in public logs, the seeds are the guides'.
ImageModel image_model(std::string_view model) {
  if (glob_match("amazon.nova-canvas-*", model)) return {true, 3, 1'024, 2'147'483'646, 12};
  return {false, glob_match("*-v2:*", model) ? 2 : 1, 512, 2'147'483'646, 42};
}

struct Task {
  std::string_view type, params;
  int since;                    // 1: Titan v1 has it, 2: v2, 3: Canvas alone
  std::string_view base_image;  // the member whose picture gives the size; "" for none
};
constexpr std::array<Task, 7> kTasks{
    {{"TEXT_IMAGE", "textToImageParams", 1, ""},
     {"INPAINTING", "inPaintingParams", 1, "image"},
     {"OUTPAINTING", "outPaintingParams", 1, "image"},
     {"IMAGE_VARIATION", "imageVariationParams", 1, ""},
     {"COLOR_GUIDED_GENERATION", "colorGuidedGenerationParams", 2, ""},
     {"BACKGROUND_REMOVAL", "backgroundRemovalParams", 2, "image"},
     {"VIRTUAL_TRY_ON", "virtualTryOnParams", 3, "sourceImage"}}};

struct PictureSize {
  std::int64_t width, height;
};
// The guide's table of Titan's sizes.
constexpr std::array<PictureSize, 26> kTitanSizes{
    {{1024, 1024}, {768, 768},  {512, 512},  {768, 1152}, {384, 576},  {1152, 768}, {576, 384},
     {768, 1280},  {384, 640},  {1280, 768}, {640, 384},  {896, 1152}, {448, 576},  {1152, 896},
     {576, 448},   {768, 1408}, {384, 704},  {1408, 768}, {704, 384},  {640, 1408}, {320, 704},
     {1408, 640},  {704, 320},  {1152, 640}, {1173, 640}, {640, 1152}}};
// The guide's rules for Canvas.
constexpr std::int64_t kShortestSide = 320, kLongestSide = 4'096, kSideStep = 16;
constexpr std::int64_t kMostPixels = 4'194'304, kLargestRatio = 4;

bool is_allowed(PictureSize size, const ImageModel& model) {
  const auto [width, height] = size;
  if (!model.canvas) {
    return std::any_of(kTitanSizes.begin(), kTitanSizes.end(), [&](const PictureSize& s) {
      return s.width == size.width && s.height == size.height;
    });
  }
  const bool sides = std::min(width, height) >= kShortestSide &&
                     std::max(width, height) <= kLongestSide && width % kSideStep == 0 &&
                     height % kSideStep == 0;
  return sides && width * height <= kMostPixels &&
         std::max(width, height) <= kLargestRatio * std::min(width, height);
}

// Nova user guide, image-gen-styles.
const Member& style_member() {
  static const Member kStyle{
      .name = "style",
      .type = JsonType::kString,
      .words = {"3D_ANIMATED_FAMILY_FILM", "DESIGN_SKETCH", "FLAT_VECTOR_ILLUSTRATION",
                "GRAPHIC_NOVEL_ILLUSTRATION", "MAXIMALISM", "MIDCENTURY_RETRO", "PHOTOREALISM",
                "SOFT_DIGITAL_PAINTING"}};
  return kStyle;
}

// Nova user guide, image-gen-vto.
std::vector<Member> try_on_members() {
  using enum JsonType;
  return {{.name = "sourceImage", .type = kString, .required = true},
          {.name = "referenceImage", .type = kString, .required = true},
          {.name = "maskType",
           .type = kString,
           .required = true,
           .words = {"IMAGE", "GARMENT", "PROMPT"}},
          {.name = "imageBasedMask", .type = kObject},
          {.name = "garmentBasedMask", .type = kObject},
          {.name = "promptBasedMask", .type = kObject},
          {.name = "maskExclusions", .type = kObject},
          {.name = "mergeStyle", .type = kString, .words = {"BALANCED", "SEAMLESS", "DETAILED"}},
          {.name = "returnMask", .type = kBoolean}};
}

std::vector<Member> params_members(std::string_view task, const ImageModel& model) {
  using enum JsonType;
  const auto limit = static_cast<double>(model.text_characters);
  const bool needs_text = task == "TEXT_IMAGE" || task == "COLOR_GUIDED_GENERATION";
  const Member text{
      .name = "text", .type = kString, .required = needs_text, .from = 1, .to = limit};
  const Member negative{.name = "negativeText", .type = kString, .from = 1, .to = limit};
  const Member image{.name = "image", .type = kString, .required = true};
  if (task == "TEXT_IMAGE") {
    std::vector<Member> members{
        text,
        negative,
        {.name = "conditionImage", .type = kString},
        {.name = "controlMode", .type = kString, .words = {"CANNY_EDGE", "SEGMENTATION"}},
        {.name = "controlStrength", .type = kNumber, .from = 0, .to = 1}};
    if (model.canvas) members.push_back(style_member());
    return members;
  }
  if (task == "BACKGROUND_REMOVAL") return {image};
  if (task == "VIRTUAL_TRY_ON") return try_on_members();
  if (task == "IMAGE_VARIATION") {
    return {text,
            negative,
            {.name = "images",
             .type = kArray,
             .required = true,
             .from = 1,
             .to = 5,
             .items = {{"", kString}}},
            {.name = "similarityStrength", .type = kNumber, .from = 0.2, .to = 1}};
  }
  if (task == "COLOR_GUIDED_GENERATION") {
    return {text,
            negative,
            {.name = "referenceImage", .type = kString},
            {.name = "colors",
             .type = kArray,
             .required = true,
             .from = 1,
             .to = 10,
             .items = {{"", kString}}}};
  }
  return {image,
          text,
          negative,
          {.name = "maskPrompt", .type = kString},
          {.name = "maskImage", .type = kString},
          {.name = "returnMask", .type = kBoolean},
          {.name = "outPaintingMode", .type = kString, .words = {"DEFAULT", "PRECISE"}}};
}

std::vector<Member> image_schema(const ImageModel& model, std::string_view task) {
  using enum JsonType;
  Member type{.name = "taskType", .type = kString, .required = true};
  std::vector<Member> schema;
  for (const Task& each : kTasks) {
    if (each.since > model.tasks) continue;
    type.words.push_back(each.type);
    schema.push_back({.name = each.params,
                      .type = kObject,
                      .required = each.type == task,
                      .members = params_members(each.type, model)});
  }
  schema.insert(schema.begin(), type);
  schema.push_back(
      {.name = "imageGenerationConfig",
       .type = kObject,
       .members = {{.name = "numberOfImages", .type = kInteger, .from = 1, .to = 5},
                   {.name = "quality", .type = kString, .words = {"standard", "premium"}},
                   {.name = "width", .type = kInteger},
                   {.name = "height", .type = kInteger},
                   {.name = "cfgScale", .type = kNumber, .from = 1.1, .to = 10},
                   {.name = "seed",
                    .type = kInteger,
                    .from = 0,
                    .to = static_cast<double>(model.largest_seed)}}});
  return schema;
}

// What a body that the schema allowed asks for.
struct ImageWish {
  const Task* task = nullptr;
  std::string text;
  std::vector<std::string> images;  // as given, base64
  PictureSize size{1'024, 1'024};
  int count = 1;
  int seed = 0;
};

ImageWish read_wish(const Json& body, const ImageModel& model) {
  ImageWish wish;
  const std::string type = text_or(body, "taskType", "");
  wish.task = std::find_if(kTasks.begin(), kTasks.end(),
                           [&](const Task& task) { return task.type == type; });
  const Json& params = *find(body, wish.task->params);
  wish.text = text_or(params, "text", "");
  wish.images = texts_of(params, "images");
  for (const std::string_view name :
       {"image", "conditionImage", "referenceImage", "maskImage", "sourceImage"}) {
    const std::string image = text_or(params, name, "");
    if (!image.empty()) wish.images.push_back(image);
  }
  const Json* given = find(body, "imageGenerationConfig");
  const Json config = given == nullptr ? Json::object() : *given;
  wish.size = {int_or(config, "width", 1'024), int_or(config, "height", 1'024)};
  wish.count = int_or(config, "numberOfImages", 1);
  wish.seed = int_or(config, "seed", model.default_seed);
  return wish;
}

class AmazonImages : public ComputingFamily {
 public:
  bool serves(std::string_view model) const override {
    return model.starts_with("amazon.titan-image-generator-") ||
           model.starts_with("amazon.nova-canvas-");
  }

  Json request(const std::string& prompt, int /*max_tokens*/,
               std::string_view /*model*/) const override {
    return {{"taskType", "TEXT_IMAGE"}, {"textToImageParams", {{"text", prompt}}}};
  }
  Result<Conversation, aws::Error> read(const Json& body, std::string_view model) const override {
    const ImageModel limits = image_model(model);
    const std::string task = text_or(body, "taskType", "");
    if (const auto refused = refusal_of(body, image_schema(limits, task))) return *refused;
    const ImageWish wish = read_wish(body, limits);
    if (!is_allowed(wish.size, limits)) {
      return errors::image_size_unsupported(wish.size.width, wish.size.height);
    }
    Conversation conversation = prompted(wish.text, 0);
    for (const std::string& image : wish.images) {
      const auto bytes = base64_decode(image);
      const std::string_view format = bytes ? image_format(*bytes) : "";
      const auto size = bytes ? image_size(*bytes) : std::nullopt;
      if (!size || (format != "png" && format != "jpeg")) {
        return errors::unreadable_image(wish.task->params);
      }
      const bool small = size->width >= 1 && size->height >= 1 && size->width <= kLongestSide &&
                         size->height <= kLongestSide;
      if (!small || std::int64_t{size->width} * size->height > kMostPixels) {
        return errors::image_size_unsupported(size->width, size->height);
      }
      conversation.turns.front().other_tokens += image_tokens(*bytes);
    }
    return conversation;
  }

  // Each further picture has the next seed.
  Json compute(const Json& body, std::string_view model, const std::optional<std::string>& instead,
               Random /*random*/) const override {
    const ImageWish wish = read_wish(body, image_model(model));
    PictureSize size = wish.size;
    if (!wish.task->base_image.empty()) {
      const Json& params = *find(body, wish.task->params);
      const auto base = base64_decode(text_or(params, wish.task->base_image, ""));
      if (const auto found = base ? image_size(*base) : std::nullopt) {
        size = {found->width, found->height};
      }
    }
    std::string text = instead.value_or(wish.text);
    if (wish.task->type != "TEXT_IMAGE") {
      text = std::string(wish.task->type) + (text.empty() ? "" : ": ") + text;
    }
    Json answer{{"images", Json::array()}};
    for (int i = 0; i < wish.count; ++i) {
      answer["images"].push_back(
          base64_encode(draw_picture(static_cast<int>(size.width), static_cast<int>(size.height),
                                     text, std::int64_t{wish.seed} + i)));
    }
    answer["error"] = nullptr;
    return answer;
  }
};

}  // namespace

const Family& amazon_images() {
  static const AmazonImages kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
