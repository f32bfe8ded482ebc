// Names of an archive's members, made fit to stand behind "archive!/" in a citation.
#pragma once

#include <string>
#include <string_view>

namespace inquest::evidence {

// The name as it is shown. It is never used as a path, so nothing here protects a file system: it protects the reader,
// who should see one line that names one member, and should not take a hostile name for a place outside of the archive.
//
//     "/var/log/syslog"   -> "var/log/syslog"
//     "./a//b"            -> "a/b"
//     "../../etc/passwd"  -> "\.\./\.\./etc/passwd"
//     "a\nb\\c"           -> "a\x0ab\\\\c"   (control characters and backslashes are escaped, as `tar t` does)
//     "inner.tar!/x"      -> "inner.tar\!/x"
//     ""                  -> "(no name)"
//
// Of a name longer than 4 KiB the rest is cut, and "..." stands for it.
std::string member_name(std::string_view raw);

}  // namespace inquest::evidence
