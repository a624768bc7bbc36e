package org.iommulab.app.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Leads from a kernel name to the place in the model that stands for it: the call that carries the name's term, or the
 * method behind a callback. Built once from the sources; any thread may ask.
 */
public final class SourceIndex {
    private static final Pattern DECLARED = Pattern.compile("\\bTerm\\s+(\\w+)\\s*=\\s*[\\w.]+\\(\\s*\"([^\"]+)\"");
    private static final Pattern CALLED = Pattern.compile("\\b(call|run|callback|inside)\\s*\\([^;]*$");
    private static final Pattern IN_TABLE = Pattern.compile("\\bwith\\s*\\([^;]*$");
    private static final Pattern REFERENCE = Pattern.compile("^[^;]*?(?:this|\\w+)::(\\w+)");
    private static final int BEFORE = 160;

    private final Map<String, List<String>> files;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, List<Constant>> constants = new HashMap<>();
    private final Map<String, Optional<SourcePlace>> found = new HashMap<>();

    private record Constant(String file, String name, int at) {}

    private record Use(SourcePlace place, int rank) {}

    SourceIndex(Map<String, List<String>> files) {
        this.files = files;
        files.forEach((file, lines) -> texts.put(file, String.join("\n", lines)));
        texts.forEach(this::declarations);
    }

    /** Over the sources that the model carries. */
    public static SourceIndex ofModel() {
        return new SourceIndex(SourceFiles.read());
    }

    public boolean isEmpty() {
        return files.isEmpty();
    }

    /** The lines of a file. */
    public List<String> lines(String file) {
        return files.getOrDefault(file, List.of());
    }

    private void declarations(String file, String text) {
        Matcher matcher = DECLARED.matcher(text);
        while (matcher.find()) {
            constants
                    .computeIfAbsent(group(text, matcher, 2), _ -> new ArrayList<>())
                    .add(new Constant(file, group(text, matcher, 1), matcher.start(1)));
        }
    }

    private static String group(String text, Matcher matcher, int number) {
        return text.substring(matcher.start(number), matcher.end(number));
    }

    private String text(String file) {
        return texts.getOrDefault(file, "");
    }

    /** Where the model does what the kernel function of this name does. */
    public synchronized Optional<SourcePlace> of(String kernelName) {
        return found.computeIfAbsent(kernelName, this::find);
    }

    private Optional<SourcePlace> find(String kernelName) {
        Optional<SourcePlace> best = constants.getOrDefault(kernelName, List.of()).stream()
                .flatMap(constant -> uses(constant).stream())
                .min(Comparator.comparingInt(Use::rank))
                .map(Use::place);
        return best.or(() -> literal(kernelName));
    }

    /** A name that is written where it is used. */
    private Optional<SourcePlace> literal(String kernelName) {
        String quoted = '"' + kernelName + '"';
        return texts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(entry -> entry.getValue().contains(quoted))
                .map(entry -> behind(entry.getKey(), entry.getValue().indexOf(quoted), quoted.length()))
                .map(Use::place)
                .findFirst();
    }

    private List<Use> uses(Constant constant) {
        var uses = new ArrayList<Use>();
        String owner =
                constant.file().substring(constant.file().lastIndexOf('/') + 1).replace(".java", "");
        texts.forEach((file, text) -> {
            boolean home = file.equals(constant.file());
            if (!home && !text.contains(owner)) {
                return;
            }
            Matcher matcher = Pattern.compile(
                            home ? "\\b" + constant.name() + "\\b" : "\\b" + owner + "\\." + constant.name() + "\\b")
                    .matcher(text);
            while (matcher.find()) {
                if (home && matcher.start() == constant.at()) {
                    uses.add(new Use(place(file, matcher.start()), 9));
                } else {
                    uses.add(behind(file, matcher.start(), matcher.end() - matcher.start()));
                }
            }
        });
        return uses;
    }

    /** What a use of a term is: a call, an entry of a table with its method, or a mere mention. */
    private Use behind(String file, int at, int length) {
        String text = text(file);
        String before = text.substring(Math.max(0, at - BEFORE), at);
        int statement = Math.max(before.lastIndexOf(';'), Math.max(before.lastIndexOf('{'), before.lastIndexOf('}')));
        before = before.substring(statement + 1);
        if (CALLED.matcher(before).find()) {
            return new Use(place(file, at), 0);
        }
        if (IN_TABLE.matcher(before).find()) {
            int end = Math.min(text.length(), at + length + BEFORE);
            String after = text.substring(at + length, end);
            Matcher reference = REFERENCE.matcher(after);
            if (reference.find()) {
                Matcher method = Pattern.compile("\\b[\\w<>\\[\\]]+ " + group(after, reference, 1) + "\\(")
                        .matcher(text);
                if (method.find()) {
                    return new Use(place(file, method.start()), 1);
                }
            }
            return new Use(place(file, at), 2);
        }
        return new Use(place(file, at), 3);
    }

    private SourcePlace place(String file, int at) {
        long line = text(file).substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        return new SourcePlace(file, (int) line);
    }

    /** The line after a call's that speaks of this term, in the same file and not far below. */
    Optional<SourcePlace> within(SourcePlace call, String termName, int reach) {
        List<String> lines = lines(call.file());
        for (Constant constant : constants.getOrDefault(termName, List.of())) {
            Pattern word = Pattern.compile("\\b" + constant.name() + "\\b");
            for (int line = call.line(); line < Math.min(lines.size(), call.line() + reach); line++) {
                if (word.matcher(lines.get(line)).find()) {
                    return Optional.of(new SourcePlace(call.file(), line + 1));
                }
            }
        }
        return Optional.empty();
    }
}
