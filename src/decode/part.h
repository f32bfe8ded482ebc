// Parts of a text that have formats of their own: what one command printed among others, a file that a report shows.
#pragma once

#include <string_view>

#include "decode/decoder.h"
#include "decode/sink.h"

namespace inquest::decode {

// Who reads the part, or null. `name` is what a file with these bytes would be called. Not those that study bytes at
// random, nor those that put parts together.
const Decoder* part_decoder(std::string_view name, std::string_view bytes);

// Hands the part, which begins at `at`, to its decoder; its records cite the whole. False where nobody knows it.
bool read_part(Sink& sink, const Place& at, std::string_view name, std::string_view bytes);

// What a command's output would be called as a file: the last word's last path component, "cmdline" of "cat
// /proc/cmdline", "dmesg" of "/bin/dmesg -T".
std::string_view part_name(std::string_view command);

}  // namespace inquest::decode
