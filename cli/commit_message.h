// cli/commit_message.h - where the message of a commit or an annotated tag comes from: -m, -F, the editor.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace vstore::cli {

class Args;
class Context;

struct MessageOptions {
  std::vector<std::string> paragraphs;  ///< -m, each its own paragraph
  std::optional<std::string> file;      ///< -F; "-" is standard input

  void declare(Args& args);
  bool given() const { return !paragraphs.empty() || file; }
  /// The message of -m or -F, cleaned; throws Error(usage) if both are given. Standard input is read once.
  std::string text() const;

 private:
  mutable std::optional<std::string> read_;  ///< what -F was
};

/// Asks for a message with the editor: `initial`, then `comment` with '#' before each line. Returns what
/// remains without comments; may be empty.
std::string ask_message(Context& context, const std::string& file_name, const std::string& initial,
                        const std::string& comment);

}  // namespace vstore::cli
