// A client of HTTP/2 by nghttp2's client side, on a raw socket, so that a test says when it reads,
// and sees every frame and the connection's end for what they are.
#pragma once

#include <nghttp2/nghttp2.h>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "tests/unit/http/live_server.h"

namespace bedlam::http {

inline constexpr std::string_view kClientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

class Http2Client {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  struct Answer {
    int status = 0;
    aws::Headers headers;
    std::string body;
    bool informed = false;               // "100" came first
    bool ended = false;                  // END_STREAM
    std::optional<std::uint32_t> reset;  // RST_STREAM's code
  };

  explicit Http2Client(int port, std::int32_t window = NGHTTP2_INITIAL_WINDOW_SIZE,
                       int receive_buffer = 0)
      : peer_(port, receive_buffer) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_session_client_new2(&session_, callbacks, this, options);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(window)}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 1);
  }
  ~Http2Client() { nghttp2_session_del(session_); }
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  static Fields request(const std::string& method, const std::string& path) {
    return {{":method", method}, {":scheme", "http"}, {":authority", "test:1"}, {":path", path}};
  }

  // The stream it is on. The body goes out as the server's windows allow while answers are read.
  std::int32_t ask(const Fields& fields, std::string body = "") {
    std::vector<nghttp2_nv> all;
    for (const auto& [name, value] : fields) {
      all.push_back({raw(name), raw(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider provider{};
    provider.read_callback = read_body;
    const bool has_body =
        !body.empty() || open_.contains(nghttp2_session_get_next_stream_id(session_));
    const std::int32_t id = nghttp2_submit_request(session_, nullptr, all.data(), all.size(),
                                                   has_body ? &provider : nullptr, nullptr);
    if (has_body) bodies_[id] = std::move(body);
    send();
    return id;
  }
  // A request whose body goes on with say().
  std::int32_t talk(const Fields& fields, std::string first) {
    open_.insert(nghttp2_session_get_next_stream_id(session_));
    return ask(fields, std::move(first));
  }
  void say(std::int32_t stream, const std::string& more, bool end = false) {
    bodies_[stream] += more;
    if (end) open_.erase(stream);
    nghttp2_session_resume_data(session_, stream);
    send();
  }
  std::int32_t get(const std::string& path) { return ask(request("GET", path)); }
  std::int32_t post(const std::string& path, std::string body) {
    return ask(request("POST", path), std::move(body));
  }
  void reset(std::int32_t stream) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
    send();
  }
  // Lets the server send so much more, on the connection and on the stream.
  void widen(std::int32_t stream, std::int32_t bytes) {
    nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, 0, bytes);
    nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, stream, bytes);
    send();
  }

  // Reads until `done`, or until nothing more comes; whether it is done then.
  bool read_until(const std::function<bool()>& done) {
    while (!done()) {
      if (!peer_.read_once()) return done();
      const std::string bytes = peer_.take_received();
      everything_ += bytes;
      const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
      if (nghttp2_session_mem_recv(session_, data, bytes.size()) < 0) broken_ = true;
      send();
    }
    return true;
  }
  // The whole answer, or as much as there was before a reset or the connection's end.
  const Answer& answer(std::int32_t stream) {
    read_until([&] { return answers_[stream].ended || answers_[stream].reset; });
    return answers_[stream];
  }
  const Answer& so_far(std::int32_t stream) { return answers_[stream]; }
  void read_all() {
    read_until([] { return false; });
  }

  struct GoAway {
    std::uint32_t code;
    std::int32_t last_stream;
  };
  const std::optional<GoAway>& go_away() const { return go_away_; }
  int pings() const { return pings_; }  // that came
  // It goes on to read, but sends nothing, no answer to a ping either.
  void fall_silent() { silent_ = true; }
  void speak_again() {
    silent_ = false;
    send();
  }
  std::uint32_t server_setting(nghttp2_settings_id id) const {
    return nghttp2_session_get_remote_settings(session_, id);
  }
  int server_window() const { return nghttp2_session_get_remote_window_size(session_); }
  bool broken() const { return broken_; }  // bytes came that are no frames
  const std::string& everything() const { return everything_; }
  RawPeer& peer() { return peer_; }

 private:
  static Http2Client& self(void* user_data) { return *static_cast<Http2Client*>(user_data); }
  static std::uint8_t* raw(const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  }
  static std::string text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user_data) {
    Answer& answer = self(user_data).answers_[frame->hd.stream_id];
    if (text(name, name_size) == ":status") {
      answer.status = std::stoi(text(value, value_size));
      if (answer.status == 100) answer.informed = true;
    } else {
      answer.headers.add(text(name, name_size), text(value, value_size));
    }
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                     std::size_t size, void* user_data) {
    self(user_data).answers_[stream].body += text(data, size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    Http2Client& client = self(user_data);
    const bool may_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (may_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      client.answers_[frame->hd.stream_id].ended = true;
    }
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      client.answers_[frame->hd.stream_id].reset = frame->rst_stream.error_code;
    }
    if (frame->hd.type == NGHTTP2_PING) ++client.pings_;
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      client.go_away_ = {frame->goaway.error_code, frame->goaway.last_stream_id};
    }
    return 0;
  }
  static ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* to,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                           void* user_data) {
    Http2Client& client = self(user_data);
    std::string& body = client.bodies_[stream];
    std::size_t& at = client.sent_[stream];
    const bool open = client.open_.contains(stream);
    if (open && at == body.size()) return NGHTTP2_ERR_DEFERRED;
    size = body.copy(reinterpret_cast<char*>(to), size, at);
    at += size;
    if (!open && at == body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }

  void send() {
    if (silent_) return;
    const std::uint8_t* data = nullptr;
    ssize_t size = 0;
    while ((size = nghttp2_session_mem_send(session_, &data)) > 0) {
      if (!peer_.send(text(data, static_cast<std::size_t>(size)))) return;
    }
  }

  RawPeer peer_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::string> bodies_;
  std::map<std::int32_t, std::size_t> sent_;
  std::map<std::int32_t, Answer> answers_;
  std::set<std::int32_t> open_;  // more of the body is to come
  int pings_ = 0;
  bool silent_ = false;
  std::optional<GoAway> go_away_;
  std::string everything_;
  bool broken_ = false;
};

}  // namespace bedlam::http
