#include "report/anonymizer.h"

#include <gtest/gtest.h>

namespace inquest::report {
namespace {

struct Row {
  std::string_view text;
  std::string_view replaced;
};

model::Case a_case() {
  model::Case out;
  for (const std::string_view host : {"pve", "db7", "mail.example.net"})
    out.facts.push_back({out.strings.intern(host), "kernel.release", "6.1", {}});
  return out;
}

TEST(Anonymizer, ReplacesNamesAndAddressesByTheSameStandInEverywhere) {
  const model::Case the_case = a_case();
  Anonymizer anonymizer(the_case);
  const Row rows[] = {
      {"pve died; PVE is back", "host-1 died; host-1 is back"},
      {"db7 and db70 and db7-a", "host-2 and db70 and host-2-a"},
      {"mail.example.net, mail, mailman", "host-3, host-4, mailman"},
      {"pve-manager of pve", "pve-manager of host-1"},
      {"from 10.1.2.3:22 to 10.1.2.4, again 10.1.2.3.", "from 192.0.2.1:22 to 192.0.2.2, again 192.0.2.1."},
      {"127.0.0.1 and 0.0.0.0 are nobody's", "127.0.0.1 and 0.0.0.0 are nobody's"},
      {"fe80::1ff:fe23:4567:890a%eth0", "2001:db8::1%eth0"},
      {"at 15:54:50 on 0000:01:00.0", "at 15:54:50 on 0000:01:00.0"},
      {"link/ether aa:bb:cc:dd:ee:ff", "link/ether 00:00:5e:00:53:01"},
      {"version 1.2.3, 300.1.2.3", "version 1.2.3, 300.1.2.3"},
      {"/srv/db7.log", "/srv/host-2.log"},
  };
  for (const Row& row : rows) EXPECT_EQ(anonymizer.replaced(row.text), row.replaced) << row.text;
}

TEST(Anonymizer, ReplacesUsersOnceTheyWereSeenAnywhere) {
  const model::Case the_case = a_case();
  Anonymizer anonymizer(the_case);
  anonymizer.learn("/home/erika/notes.md, ludwig@pam, root@pam, getty@tty1.service");
  EXPECT_EQ(anonymizer.replaced("erika rebooted it; ludwig@pam did not, root did; getty@tty1.service"),
            "user-1 rebooted it; user-2@pam did not, root did; getty@tty1.service");
}

TEST(Anonymizer, LeavesNothingOutOfADocument) {
  const model::Case the_case = a_case();
  Anonymizer anonymizer(the_case);
  Document document = {
      Heading{1, "db7"}, Paragraph{Text("db7")}, List{List::Kind::Labelled, {{Text("db7"), {Text("db7")}, "ssh db7"}}},
      Table{{{.title = "Host"}}, {}, {{{Text("db7")}, {Text("db7")}}}}, Figure{"<svg>db7</svg>", Text("db7")}};
  anonymizer.learn(document);
  anonymizer.replace(document);
  EXPECT_EQ(std::get<Heading>(document[0]).text, "host-2");
  EXPECT_EQ(std::get<Paragraph>(document[1]).text.spans()[0].text, "host-2");
  const Item& item = std::get<List>(document[2]).items[0];
  EXPECT_EQ(item.label.spans()[0].text + item.paragraphs[0].spans()[0].text + item.command, "host-2host-2ssh host-2");
  const auto& table = std::get<Table>(document[3]);
  EXPECT_EQ(table.rows[0].cells[0].spans()[0].text + table.rows[0].notes[0].spans()[0].text, "host-2host-2");
  EXPECT_EQ(std::get<Figure>(document[4]).svg, "<svg>host-2</svg>");
}

TEST(Anonymizer, TakesAnyBytes) {
  const model::Case the_case = a_case();
  Anonymizer anonymizer(the_case);
  for (const std::string_view text :
       {"", ":", "::", ":::::", "1.", "1.2.3.", "@", "@@@", "db7", "a:b:c:d:e:f:", "\xff\xfe:1.2.3.4"}) {
    anonymizer.learn(text);
    EXPECT_EQ(text.empty(), anonymizer.replaced(text).empty()) << text;
  }
}

}  // namespace
}  // namespace inquest::report
