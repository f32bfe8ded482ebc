// What web pages, trackers, terminals and containers do to a line, undone.
#pragma once

#include <string>
#include <string_view>

namespace inquest::crashtext {

// The line without colours and other terminal sequences, with HTML's entities and Markdown's backslashes resolved,
// without the tags that a page puts around preformatted text, and, of docker's JSON, without its escapes:
//
//     <pre>[  12.345678] RIP: 0010:f+0x1/0x2&lt;br/&gt;     [  12.345678] RIP: 0010:\_\_f+0x1/0x2
//
// What a kernel prints itself stays: "<TASK>", "[<ffffffff81000000>]", a share's "\\host\dir". The result refers to the
// line, or, where something had to go, to the scratch; both must outlive it.
std::string_view without_escapes(std::string_view line, std::string& scratch);

}  // namespace inquest::crashtext
