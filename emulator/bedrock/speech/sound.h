// Sound as speech models take and give it: 16-bit little-endian LPCM, one channel. What is heard is
// only whether somebody speaks; what is said is a tone, the same for the same place in the sound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/base/duration.h"

namespace bedlam::bedrock {

inline constexpr int kSampleBytes = 2;

// Quieter than this is silence; about -36 dB of full scale. Ours.
inline constexpr int kSilentAmplitude = 500;

Duration length_of(std::string_view lpcm, int sample_rate_hz);
// How much of the sound at its end is silence; all of it where nobody speaks.
Duration silence_at_end(std::string_view lpcm, int sample_rate_hz);

// A triangle wave of `pitch_hz`, from sample `first` of the whole on.
std::string tone(std::uint64_t first, std::uint64_t samples, int pitch_hz, int sample_rate_hz);

}  // namespace bedlam::bedrock
