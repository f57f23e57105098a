// `bedlam record --upstream URL OUT.yaml`: sends calls on to a real endpoint, until it is told to
// stop, and writes down what passed.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/earlier_recording.h"
#include "cli/endpoint_options.h"
#include "cli/files.h"
#include "cli/listening.h"
#include "cli/recordings.h"
#include "harness/record/proxy.h"

namespace bedlam::cli {
namespace {

// A model may think for minutes before its first token; it is the client that gives up.
constexpr Duration kUpstreamPatience = std::chrono::hours(1);
constexpr Duration kUpstreamConnect = std::chrono::seconds(10);

struct RecordOptions {
  std::string out;
  EndpointOptions endpoint;
  ListenOptions listen;
  std::string prompts = "keep";
  bool force = false;
};

std::string today() {
  const std::chrono::year_month_day day(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

harness::Prompts prompts_of(const std::string& word) {
  static const std::map<std::string, harness::Prompts> words{{"keep", harness::Prompts::kKeep},
                                                             {"hash", harness::Prompts::kHash},
                                                             {"drop", harness::Prompts::kDrop}};
  return words.at(word);
}

std::string plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// Gives how many of those are missing that a recording should have.
std::size_t tell_what_is_missing(const harness::Proxy& proxy) {
  const auto tell = [](std::size_t count, const std::string& what, const std::string& becomes) {
    if (count == 0) return;
    std::cerr << "bedlam: " << plural(count, "call") << " " << what
              << (becomes.empty() ? ""
                  : count == 1    ? " and is "
                                  : " and are ")
              << becomes << '\n';
  };
  const harness::Proxy::Counts& counts = proxy.counts();
  const std::size_t cut_off = counts.cut_off + proxy.under_way();
  tell(counts.other, "of other operations passed", "not recorded");
  tell(cut_off, "had no end yet", "left out");
  tell(counts.encoded, "had an answer in a Content-Encoding that was not asked for", "left out");
  tell(counts.refused, "came from a web page or under a name of another machine", "not sent on");
  tell(counts.not_kept, "passed", "not recorded: the memory for recordings is full");
  tell(counts.unreached, "could not be sent on: " + proxy.first_trouble(), "");
  return cut_off + counts.encoded + counts.refused + counts.not_kept + counts.unreached;
}

// Where the last step failed, the calls themselves are not lost.
std::string what_is_left_of(const std::string& out) {
  const std::string partial = out + ".partial";
  std::error_code failed;
  return std::filesystem::exists(partial, failed) ? "; what was written of it is in " + partial
                                                  : "";
}

int write_what_passed(harness::Proxy& proxy, std::vector<std::string> secrets,
                      const RecordOptions& options) {
  const std::vector<harness::PassedCall> calls = proxy.take_calls();
  const std::size_t missing = tell_what_is_missing(proxy);
  if (calls.empty()) {
    std::cerr << "bedlam: " << (missing > 0 ? "nothing is recorded" : "no call of a model passed")
              << "; " << options.out << " is not written\n";
    return missing > 0 ? kVerdictFailed : kAllHeld;
  }
  const harness::Recording recording =
      harness::make_recording(calls, {prompts_of(options.prompts), std::move(secrets), today()});
  if (recording.left_out > 0) {
    std::cerr << "bedlam: " << plural(recording.left_out, "call")
              << (recording.left_out == 1 ? " is" : " are")
              << " left out: no scenario file can hold so long an answer\n";
  }
  if (recording.models.empty()) return complain(options.out + " is not written: nothing is left");
  remove_earlier_parts(options.out);
  const auto files = write_recording_files(recording, options.out);
  if (!files) return complain(files.error() + what_is_left_of(options.out));
  std::cout << "bedlam: " << plural(calls.size() - recording.left_out, "call") << " recorded in";
  for (const std::string& file : *files) std::cout << ' ' << file;
  std::cout << std::endl;
  return kAllHeld;
}

// Before anything passes: what cannot be kept is not asked for.
std::optional<std::string> why_not_written(const RecordOptions& options) {
  const std::string& out = options.out;
  std::error_code failed;
  if (std::filesystem::is_directory(out, failed)) {
    return out + ": is a directory; name a file in it, such as recording.yaml";
  }
  const std::vector<std::string> there = earlier_recording(out);
  if (!there.empty() && !options.force) {
    return there.front() + ": is there already; --force replaces it, its further parts and what " +
           "stands beside it";
  }
  const std::string probe = out + ".probe";
  if (!write_whole_file(probe, "")) return out + ": cannot be written";
  std::remove(probe.c_str());
  return std::nullopt;
}

int record(const RecordOptions& options) {
  if (const auto mistake = why_not_written(options)) return complain(*mistake);
  auto access = EndpointAccess::find(options.endpoint);
  if (!access) return complain(access.error());
  harness::ProxyOptions proxy_options{
      (*access)->endpoint(),
      {kUpstreamConnect, kUpstreamPatience, (*access)->ca_file(), true, (*access)->proxy()},
      options.listen.host};
  const auto probe = harness::Connection::open(proxy_options.upstream, proxy_options.connection);
  if (!probe) return complain(probe.error());

  Scheduler scheduler(std::chrono::system_clock::now());
  http::Loop loop(scheduler);
  rpc::Journal journal;
  rpc::Dispatcher dispatcher(scheduler, journal);
  harness::Proxy proxy(loop, (*access)->signer(), std::move(proxy_options));
  dispatcher.add(proxy, rpc::Dispatcher::Journalled::kNo);
  http::Server server(loop, dispatcher);
  const auto port = listen(server, loop, options.listen);
  if (!port) return complain(port.error());
  std::cout << "bedlam: recording " << (*access)->route() << " on http://" << options.listen.host
            << ':' << *port << " into " << options.out << " (prompts: " << options.prompts << ")"
            << std::endl;
  const bool over =
      run_until_stopped(server, loop, options.listen,
                        {[&proxy] { return proxy.under_way() == 0; }, [&proxy] { proxy.stop(); }});
  const int status = write_what_passed(proxy, (*access)->signer().secrets(), options);
  if (over) return status;
  // A thread that waits for credentials or a host's name cannot be stopped, and nothing that it
  // gets would be sent any more.
  std::cout.flush();
  std::cerr.flush();
  std::_Exit(status);
}

}  // namespace

void add_record(CLI::App& app, int& exit_status) {
  CLI::App* command =
      app.add_subcommand("record", "Send calls on to a real endpoint and write down what passed");
  auto options = std::make_shared<RecordOptions>();
  command->add_option("OUT", options->out, "the recording, a scenario (OUT.yaml)")->required();
  command->add_option("--upstream", options->endpoint.url,
                      "the real endpoint; by default Amazon Bedrock's own in the Region");
  add_endpoint_options(*command, options->endpoint);
  add_listen_options(*command, options->listen);
  command
      ->add_option("--prompts", options->prompts,
                   "keep them with the requests; hash: rules match by SHA-256; drop: in order")
      ->check(CLI::IsMember({"keep", "hash", "drop"}))
      ->capture_default_str();
  command->add_flag("--force", options->force,
                    "replace OUT where it is there already, with its further parts");
  command->callback([options, &exit_status] { exit_status = record(*options); });
}

}  // namespace bedlam::cli
