// The graph beside what git 2.39 drew for the same history: `git log --graph --format=%s`.
#include "cli/graph.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <utility>

namespace vstore::cli {
namespace {

Id id_of(int number) {
  Id id;
  id.bytes[0] = static_cast<std::uint8_t>(number);
  return id;
}

struct Node {
  int commit;
  std::vector<int> parents;
};

/// One line of text for each commit: its number.
std::string draw(std::initializer_list<Node> nodes) {
  const Output plain(1, false);
  Graph graph(plain);
  std::string text;
  for (const Node& node : nodes) {
    std::vector<Id> parents;
    for (const int parent : node.parents) parents.push_back(id_of(parent));
    graph.begin(id_of(node.commit), parents);
    for (bool is_commit_line = false; !is_commit_line;) {
      text += graph.line(&is_commit_line);
      if (!is_commit_line) text += "\n";
    }
    text += std::to_string(node.commit) + "\n";
    while (!graph.finished()) text += graph.line() + "\n";
  }
  return text;
}

TEST_CASE("a line of commits, and two unrelated ones") {
  CHECK(draw({{3, {2}}, {2, {1}}, {1, {}}}) == "* 3\n* 2\n* 1\n");
  CHECK(draw({{2, {}}, {1, {}}}) == "* 2\n* 1\n");
}

TEST_CASE("merges that cross, an octopus, a horizontal edge") {
  const std::string drawn = draw({{12, {9, 7}}, {11, {10, 9}}, {9, {3}}, {10, {8}}, {8, {5, 7, 4, 6}}, {7, {6}},
                                  {6, {2}}, {5, {3, 4}}, {4, {2}}, {2, {1}}, {3, {1}}, {1, {}}});
  CHECK(drawn ==
        "*   12\n"
        "|\\  \n"
        "| | *   11\n"
        "| | |\\  \n"
        "| |_|/  \n"
        "|/| |   \n"
        "* | | 9\n"
        "| | * 10\n"
        "| | *---.   8\n"
        "| | |\\ \\ \\  \n"
        "| | |/ / /  \n"
        "| |/| | |   \n"
        "| * | | | 7\n"
        "| | |_|/  \n"
        "| |/| |   \n"
        "| * | | 6\n"
        "| | * | 5\n"
        "| |/| | \n"
        "|/| |/  \n"
        "| | * 4\n"
        "| |/  \n"
        "| * 2\n"
        "* | 3\n"
        "|/  \n"
        "* 1\n");
}

TEST_CASE("text that is longer than the edges gets padding; shorter text leaves edges to draw") {
  const Output plain(1, false);
  Graph graph(plain);
  graph.begin(id_of(3), {id_of(2), id_of(1)});
  CHECK(graph.line() == "*   ");
  CHECK(graph.line() == "|\\  ");
  CHECK(graph.finished());
  CHECK(graph.padding() == "| | ");
  graph.begin(id_of(2), {id_of(1)});
  CHECK(graph.padding() == "| | ");
  CHECK(graph.line() == "* | ");
  CHECK_FALSE(graph.finished());
  CHECK(graph.line() == "|/  ");
  CHECK(graph.finished());
}

}  // namespace
}  // namespace vstore::cli
