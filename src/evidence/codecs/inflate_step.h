// One step of zlib's inflate, for the codecs that are made of it.
#pragma once

#include <span>

#include <zlib.h>

#include "evidence/codec.h"

namespace inquest::evidence {

// Feeds `in` to a stream that inflateInit2() made ready and takes what comes out into `out`. The end of the stream is
// State::Ended; what zlib refuses is State::Broken, with zlib's own words.
Codec::Step inflate_step(z_stream& stream, std::span<const char> in, std::span<char> out);

}  // namespace inquest::evidence
