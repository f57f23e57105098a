#include "emulator/http/http2_session.h"

#include <stdexcept>
#include <vector>

namespace bedlam::http {
namespace {

Http2Events& events_of(void* user_data) {
  return *static_cast<Http2Events*>(user_data);
}

std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

bool ends_stream(const nghttp2_frame& frame) {
  const bool may = frame.hd.type == NGHTTP2_DATA || frame.hd.type == NGHTTP2_HEADERS;
  return may && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
  events_of(user_data).on_headers_begin(frame->hd.stream_id,
                                        frame->headers.cat == NGHTTP2_HCAT_REQUEST);
  return 0;
}

int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
              std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
              std::uint8_t, void* user_data) {
  events_of(user_data).on_field(frame->hd.stream_id, text(name, name_size),
                                text(value, value_size));
  return 0;
}

int on_data_chunk(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                  std::size_t size, void* user_data) {
  events_of(user_data).on_data(stream, text(data, size));
  return 0;
}

int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
  Http2Events& events = events_of(user_data);
  if (frame->hd.type == NGHTTP2_HEADERS) events.on_headers_end(frame->hd.stream_id);
  if (ends_stream(*frame)) events.on_request_end(frame->hd.stream_id);
  if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) {
    events.on_ping_answered();
  }
  return 0;
}

int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
  if (ends_stream(*frame)) events_of(user_data).on_reply_sent(frame->hd.stream_id);
  return 0;
}

int on_stream_closed(nghttp2_session*, std::int32_t stream, std::uint32_t, void* user_data) {
  events_of(user_data).on_stream_close(stream);
  return 0;
}

ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* to, std::size_t size,
                  std::uint32_t* flags, nghttp2_data_source*, void* user_data) {
  const auto portion = events_of(user_data).read_body(stream, to, size);
  if (!portion) return NGHTTP2_ERR_DEFERRED;
  if (portion->end) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(portion->size);
}

struct Callbacks {
  Callbacks() {
    if (nghttp2_session_callbacks_new(&all) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(all, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data_chunk);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(all, on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, on_stream_closed);
  }
  ~Callbacks() { nghttp2_session_callbacks_del(all); }
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;

  nghttp2_session_callbacks* all = nullptr;
};

// Guards against floods that cost the peer nothing: streams opened and reset at once
// (CVE-2023-44487), headers without end (CVE-2024-28182), settings and pings whose answers it does
// not read.
struct Options {
  Options() {
    if (nghttp2_option_new(&all) != 0) throw std::bad_alloc();
    nghttp2_option_set_stream_reset_rate_limit(all, kResetBurst, kResetsPerSecond);
    nghttp2_option_set_max_continuations(all, kMaxContinuations);
    nghttp2_option_set_max_settings(all, kMaxSettings);
    nghttp2_option_set_max_outbound_ack(all, kMaxOutboundAcks);
    nghttp2_option_set_no_closed_streams(all, 1);
  }
  ~Options() { nghttp2_option_del(all); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  nghttp2_option* all = nullptr;
};

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 does not write to what it copies.
  auto* raw_name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
  auto* raw_value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
  return {raw_name, raw_value, name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

Http2Session::Http2Session(Http2Events& events, const Limits& limits) {
  static const Callbacks kCallbacks;
  static const Options kOptions;
  nghttp2_session* session = nullptr;
  if (nghttp2_session_server_new2(&session, kCallbacks.all, &events, kOptions.all) != 0) {
    throw std::bad_alloc();
  }
  session_.reset(session);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_section)},
  };
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

bool Http2Session::feed(std::string_view bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return nghttp2_session_mem_recv(session_.get(), data, bytes.size()) >= 0;
}

std::string_view Http2Session::output() {
  const std::uint8_t* data = nullptr;
  const ssize_t size = nghttp2_session_mem_send(session_.get(), &data);
  return size > 0 ? text(data, static_cast<std::size_t>(size)) : std::string_view();
}

bool Http2Session::over() const {
  return nghttp2_session_want_read(session_.get()) == 0 &&
         nghttp2_session_want_write(session_.get()) == 0;
}

void Http2Session::submit_head(std::int32_t stream, const Http2Reply::Fields& fields,
                               bool has_body) {
  std::vector<nghttp2_nv> all;
  all.reserve(fields.size());
  for (const auto& [name, value] : fields) all.push_back(field(name, value));
  nghttp2_data_provider body{};
  body.read_callback = read_body;
  nghttp2_submit_response(session_.get(), stream, all.data(), all.size(),
                          has_body ? &body : nullptr);
}

void Http2Session::submit_continue(std::int32_t stream) {
  const nghttp2_nv status = field(":status", "100");
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream, nullptr, &status, 1, nullptr);
}

void Http2Session::resume(std::int32_t stream) {
  // Fails where the head has not left yet: then the body is asked for after it anyway.
  nghttp2_session_resume_data(session_.get(), stream);
}

void Http2Session::reset(std::int32_t stream, std::uint32_t code) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, code);
}

void Http2Session::ping() {
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
}

void Http2Session::go_away(std::uint32_t code, std::optional<std::int32_t> last) {
  const std::int32_t taken = nghttp2_session_get_last_proc_stream_id(session_.get());
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last.value_or(taken), code, nullptr, 0);
}

}  // namespace bedlam::http
