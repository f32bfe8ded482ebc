// Where results go: standard output, or a file that is there whole or not at all.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/exit_status.h"
#include "base/error.h"

namespace inquest::app {

// All of it to standard output. A reader that stopped reading (`| head`) is no error: it has what it wanted.
Result<void> write_standard_output(std::string_view text);

// The same, with a message and ExitStatus::Failed where it cannot be written.
ExitStatus print(std::string_view text);

// Replaces a file's content in one step, so that nobody ever reads half of it and a full disk leaves the old one alone.
// Symbolic links are followed. What is not a regular file (a device, a pipe) is written to as it is.
Result<void> write_file(const std::string& path, std::string_view text);

// The piece of evidence, as it was given, that writing to `path` would overwrite: the same file, or a folder that it
// lies in.
std::optional<std::string> evidence_at(const std::string& path, std::span<const std::string> evidence);

}  // namespace inquest::app
