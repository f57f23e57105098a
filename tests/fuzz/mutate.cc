// Runs a fuzz target where there is no libFuzzer: over its corpus, then over mutations of it, the
// same ones every time.
//
//   fuzz_targets NAME CORPUS_DIRECTORY RUNS [DICTIONARY]
//
// The dictionary is one of libFuzzer's: a quoted word a line, with \" and \\ in it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/fuzz_input.h"

namespace {

using Target = int (*)(const std::uint8_t*, std::size_t);

std::map<std::string_view, Target>& targets() {
  static std::map<std::string_view, Target> all;
  return all;
}

constexpr std::size_t kMaxInput = 4096;  // bytes, as tests/fuzz/run.py gives libFuzzer
constexpr int kMaxMutations = 6;         // of one input

std::vector<std::string> read_corpus(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(directory)) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus{""};
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return corpus;
}

std::vector<std::string> read_words(const char* file) {
  std::vector<std::string> words;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    std::string word;
    for (std::size_t i = 1; i + 1 < line.size(); ++i) {
      if (line[i] == '\\') ++i;
      word += line[i];
    }
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

// Of its own arithmetic: the library's distributions differ from one compiler to the next.
class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, std::vector<std::string> words)
      : corpus_(std::move(corpus)), words_(std::move(words)) {}

  std::string next() {
    std::string input = corpus_[below(corpus_.size())];
    for (std::size_t left = 1 + below(kMaxMutations); left > 0; --left) mutate(input);
    input.resize(std::min(input.size(), kMaxInput));
    return input;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  char any_byte() {
    constexpr std::string_view kTelling("\0\xff\x80\x7f\r\n\"{}[]:,0-", 15);
    return below(2) == 0 ? kTelling[below(kTelling.size())] : static_cast<char>(below(256));
  }

  void mutate(std::string& input) {
    const std::size_t at = below(input.size() + 1);
    const std::size_t some = 1 + below(16);
    switch (below(words_.empty() ? 6 : 9)) {
      case 0:
        if (at < input.size()) input[at] = any_byte();
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 2:
        input.insert(at, 1, any_byte());
        break;
      case 3:
        input.erase(at, some);
        break;
      case 4:
        input.insert(at, input.substr(below(input.size() + 1), some));
        break;
      case 5:
        input.replace(at, std::string::npos, tail_of(corpus_[below(corpus_.size())]));
        break;
      case 6:
        input.insert(at, words_[below(words_.size())]);
        break;
      case 7:
        input.replace(at, std::min(some, input.size() - at), words_[below(words_.size())]);
        break;
      default:
        repeat_part(input);
    }
  }
  // From one quote or bracket to another, at a third.
  void repeat_part(std::string& input) {
    const auto mark = [&](std::size_t from) {
      return std::min(input.find_first_of("\"'{}[](),", from), input.size());
    };
    const std::size_t begin = mark(below(input.size() + 1));
    const std::string part = input.substr(begin, mark(begin + 1) - begin + 1);
    input.insert(mark(below(input.size() + 1)), part);
  }
  std::string tail_of(const std::string& other) { return other.substr(below(other.size() + 1)); }

  std::vector<std::string> corpus_, words_;
  std::mt19937 random_{1};
};

void run(Target target, const std::string& input) {
  target(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

bool bedlam::fuzz::add_target(std::string_view name, Target target) {
  return targets().emplace(name, target).second;
}

int main(int count, char** arguments) {
  const auto named = count < 2 ? targets().end() : targets().find(arguments[1]);
  if ((count != 4 && count != 5) || named == targets().end()) {
    std::fprintf(stderr, "usage: %s NAME CORPUS_DIRECTORY RUNS [DICTIONARY]\n", arguments[0]);
    return 2;
  }
  const Target target = named->second;
  const std::vector<std::string> corpus = read_corpus(arguments[2]);
  for (const std::string& input : corpus) run(target, input);
  Mutator mutator(corpus, count == 5 ? read_words(arguments[4]) : std::vector<std::string>());
  for (int left = std::atoi(arguments[3]); left > 0; --left) run(target, mutator.next());
  std::printf("%zu inputs of the corpus and %s mutations held\n", corpus.size() - 1, arguments[3]);
  return 0;
}
