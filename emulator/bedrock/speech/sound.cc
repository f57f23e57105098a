#include "emulator/bedrock/speech/sound.h"

#include <cstdlib>

namespace bedlam::bedrock {
namespace {

constexpr std::int64_t kToneAmplitude = 8'000;  // of 32,767

int sample_at(std::string_view lpcm, std::size_t index) {
  const auto low = static_cast<unsigned char>(lpcm[index * kSampleBytes]);
  const auto high = static_cast<unsigned char>(lpcm[index * kSampleBytes + 1]);
  return static_cast<std::int16_t>(low | high << 8);
}

Duration time_of(std::uint64_t samples, int sample_rate_hz) {
  return Duration(std::chrono::seconds(1)) * static_cast<std::int64_t>(samples) / sample_rate_hz;
}

}  // namespace

Duration length_of(std::string_view lpcm, int sample_rate_hz) {
  return time_of(lpcm.size() / kSampleBytes, sample_rate_hz);
}

Duration silence_at_end(std::string_view lpcm, int sample_rate_hz) {
  const std::size_t samples = lpcm.size() / kSampleBytes;
  std::size_t silent = 0;
  while (silent < samples && std::abs(sample_at(lpcm, samples - silent - 1)) < kSilentAmplitude) {
    ++silent;
  }
  return time_of(silent, sample_rate_hz);
}

std::string tone(std::uint64_t first, std::uint64_t samples, int pitch_hz, int sample_rate_hz) {
  std::string lpcm;
  lpcm.reserve(samples * kSampleBytes);
  const std::int64_t rate = sample_rate_hz;
  for (std::uint64_t i = first; i < first + samples; ++i) {
    // Where in its wave the sample is: 0 to rate; up in the first half, down in the second.
    const auto phase =
        static_cast<std::int64_t>(i % static_cast<std::uint64_t>(rate)) * pitch_hz % rate;
    const std::int64_t up = 2 * phase < rate ? 2 * phase : 2 * (rate - phase);
    const auto sample = static_cast<std::int16_t>(2 * kToneAmplitude * up / rate - kToneAmplitude);
    const auto bits = static_cast<std::uint16_t>(sample);
    lpcm += static_cast<char>(bits & 0xff);
    lpcm += static_cast<char>(bits >> 8);
  }
  return lpcm;
}

}  // namespace bedlam::bedrock
