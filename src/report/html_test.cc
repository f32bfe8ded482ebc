#include "report/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/plot.h"

namespace inquest::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Html, EscapesEverythingThatEvidenceMayHold) {
  const std::string evil = "<script>alert('x')</script>&\"";
  const Document document = {Heading{1, evil}, Paragraph{Text(evil, Style::Code)},
                             List{List::Kind::Numbered, {{{}, {Text(evil)}, "echo " + evil}}},
                             Table{{{.title = evil}}, {}, {{{Text(evil)}, {Text(evil)}}}}};
  const std::string html = render_html(document, evil);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("<h1>&lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("<pre><code>echo &lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(Html, KeepsTimesOnOneLine) {
  const Document document = {Paragraph{Text("died after 2026-02-09T15:54:50.25Z, on 2026-02-09")}};
  EXPECT_THAT(render_html(document, "x"), HasSubstr("after <time>2026-02-09T15:54:50.25Z</time>, on 2026-02-09<"));
}

TEST(Html, KeepsTheKindsOfListsAndSpansARowThatHasOneCell) {
  const Document document = {List{List::Kind::Labelled, {{Text("Host"), {Text("pve")}, {}}}},
                             Table{{{.title = "Time"}, {.title = "What"}}, {}, {{{Text("2026-02-09")}, {}}}}};
  const std::string html = render_html(document, "x");
  EXPECT_THAT(html, HasSubstr("<dt>Host</dt><dd><p>pve</p>"));
  EXPECT_THAT(html, HasSubstr("<td colspan=\"2\">2026-02-09</td>"));
}

// A death at noon with a figure for every ten seconds of the quarter of an hour before it.
struct Scene {
  model::Case the_case;
  model::Incident incident;
  model::Baseline baseline;

  explicit Scene(bool flat) {
    the_case.evidence.emplace_back();
    model::Stream stream;
    stream.clock = model::ClockDomain::Utc;
    the_case.streams.push_back(stream);
    const Ns noon = 1'770'638'400 * kSecond;
    baseline.figures = the_case.series_id(0, the_case.strings.intern("<cpu>"), 0, the_case.strings.intern("x"), 0);
    baseline.series = "<cpu> x";
    for (int i = 0; i < 90; ++i)
      the_case.series[*baseline.figures].samples.push_back(
          {noon - (90 - i) * 10 * kSecond, flat ? 1.0 : i % 7 * 1.0, 0, 0, 1});
    incident.death = {Instant{noon, Precision::Second}, Instant{noon + 20 * kSecond, Precision::Second}};
    for (int i = 0; i < 3; ++i) {
      const Ns at = noon - i * kMinute;
      incident.timeline.push_back(
          {model::Moment{at, at, Precision::Second}, "kernel & co", "\"<b>\"", {}, false, true});
    }
  }
};

TEST(Plot, DrawsWhatChangesAndWhereTheDeathLies) {
  const Scene scene(false);
  const std::string svg = draw_figures(scene.the_case, scene.incident, scene.baseline);
  EXPECT_THAT(svg, HasSubstr("<polyline"));
  EXPECT_THAT(svg, HasSubstr("class=\"death\""));
  EXPECT_THAT(svg, HasSubstr("&lt;cpu&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Plot, LeavesOutAFlatLine) {
  const Scene scene(true);
  EXPECT_EQ(draw_figures(scene.the_case, scene.incident, scene.baseline), "");
}

TEST(Plot, DrawsEachSourceOfTheTimelineOnItsOwnLane) {
  const Scene scene(false);
  const std::string svg = draw_timeline(scene.incident);
  EXPECT_THAT(svg, HasSubstr("kernel &amp; co"));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
}

TEST(Plot, ShowsNothingOfADeathWithoutATime) {
  Scene scene(false);
  scene.incident.death = {};
  EXPECT_EQ(draw_timeline(scene.incident), "");
  EXPECT_EQ(draw_figures(scene.the_case, scene.incident, scene.baseline), "");
}

}  // namespace
}  // namespace inquest::report
