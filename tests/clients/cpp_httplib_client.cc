// A plain HTTP/1.1 client with cpp-httplib, which knows nothing of AWS:
//
//   cpp_httplib_client [--ca FILE] [--timeout S] [--deadline S] [--parallel N] [-H NAME VALUE]...
//   METHOD URL < BODY
//
// writes for each of N requests, which go out at once, a line "STATUS ERROR BYTES" and that many
// bytes of body, as far as they came. STATUS is 0 where no answer began; ERROR is cpp-httplib's, or
// "-". A read may take S seconds, the whole answer until the deadline: after that it is "Deadline".
#include <httplib.h>

#include <chrono>
#include <future>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string ca, method, origin, path, body;
  int timeout_s = 30, deadline_s = 60, parallel = 1;
  httplib::Headers headers;
};

struct Outcome {
  int status = 0;
  std::string error = "-", body;
};

// The enumerators, whose texts differ between versions of the library.
std::string name_of(httplib::Error error) {
  switch (error) {
    case httplib::Error::Success:
      return "-";
    case httplib::Error::Connection:
      return "Connection";
    case httplib::Error::Read:
      return "Read";
    case httplib::Error::Write:
      return "Write";
    case httplib::Error::Canceled:
      return "Canceled";
    case httplib::Error::SSLConnection:
      return "SSLConnection";
    case httplib::Error::SSLServerVerification:
      return "SSLServerVerification";
    case httplib::Error::ConnectionTimeout:
      return "ConnectionTimeout";
    default:
      return "Error" + std::to_string(static_cast<int>(error));
  }
}

Outcome ask(const Options& options) {
  httplib::Client client(options.origin);
  client.set_url_encode(false);
  client.set_tcp_nodelay(true);
  client.set_read_timeout(options.timeout_s);
  if (!options.ca.empty()) client.set_ca_cert_path(options.ca.c_str());

  Outcome outcome;
  bool late = false;
  const auto deadline = Clock::now() + std::chrono::seconds(options.deadline_s);
  httplib::Request request;
  request.method = options.method;
  request.path = options.path;
  request.headers = options.headers;
  request.body = options.body;
  request.response_handler = [&](const httplib::Response& response) {
    outcome.status = response.status;
    return true;
  };
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    outcome.body.append(data, size);
    late = Clock::now() > deadline;
    return !late;
  };
  const httplib::Result result = client.send(request);
  if (result) outcome.status = result->status;
  outcome.error = late ? "Deadline" : name_of(result.error());
  return outcome;
}

bool read_options(const std::vector<std::string>& words, Options& options) {
  std::size_t i = 0;
  for (; i + 1 < words.size() && words[i].starts_with("-"); i += 2) {
    const std::string& value = words[i + 1];
    if (words[i] == "--ca") {
      options.ca = value;
    } else if (words[i] == "--timeout") {
      options.timeout_s = std::stoi(value);
    } else if (words[i] == "--deadline") {
      options.deadline_s = std::stoi(value);
    } else if (words[i] == "--parallel") {
      options.parallel = std::stoi(value);
    } else if (words[i] == "-H" && i + 2 < words.size()) {
      options.headers.emplace(value, words[i++ + 2]);
    } else {
      return false;
    }
  }
  if (i + 2 != words.size()) return false;
  options.method = words[i];
  const std::string& url = words[i + 1];
  const std::size_t path = url.find('/', url.find("//") + 2);
  options.origin = url.substr(0, path);
  options.path = path == std::string::npos ? "/" : url.substr(path);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read_options({argv + 1, argv + argc}, options)) {
    std::cerr << "cpp_httplib_client [OPTION VALUE]... METHOD URL\n";
    return 2;
  }
  options.body.assign(std::istreambuf_iterator<char>(std::cin), {});
  std::vector<std::future<Outcome>> asked;
  for (int i = 0; i < options.parallel; ++i) {
    asked.push_back(std::async(std::launch::async, ask, std::cref(options)));
  }
  for (auto& answer : asked) {
    const Outcome outcome = answer.get();
    std::cout << outcome.status << ' ' << outcome.error << ' ' << outcome.body.size() << '\n'
              << outcome.body;
  }
  return 0;
}
