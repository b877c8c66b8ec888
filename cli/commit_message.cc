#include "cli/commit_message.h"

#include "cli/args.h"
#include "cli/context.h"
#include "cli/editor.h"
#include "cli/files.h"

namespace vstore::cli {

void MessageOptions::declare(Args& args) {
  args.option("-m,--message", "TEXT", paragraphs, "the message; several make several paragraphs");
  args.option("-F,--file", "FILE", file, "take the message from FILE, - for standard input");
}

std::string MessageOptions::text() const {
  if (!paragraphs.empty() && file) throw Error(ErrorCode::usage, "-m and -F exclude each other");
  if (file) {
    if (!read_) read_ = clean_message(read_text_file(*file), false);
    return *read_;
  }
  std::string text;
  for (const std::string& paragraph : paragraphs) text += (text.empty() ? "" : "\n") + paragraph + "\n";
  return clean_message(text, false);
}

std::string ask_message(Context& context, const std::string& file_name, const std::string& initial,
                        const std::string& comment) {
  std::string text = initial + "\n";
  for (std::size_t at = 0; at < comment.size();) {
    const std::size_t end = std::min(comment.find('\n', at), comment.size());
    const std::string line = comment.substr(at, end - at);
    text += line.empty() ? "#\n" : line[0] == '\t' ? "#" + line + "\n" : "# " + line + "\n";
    at = end + 1;
  }
  const std::string path = context.workspace().metadata_directory() + "/" + file_name;
  return clean_message(edit_text(context, path, text), true);
}

}  // namespace vstore::cli
