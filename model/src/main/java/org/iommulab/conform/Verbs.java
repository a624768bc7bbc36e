package org.iommulab.conform;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.user.sysfs.GroupFiles;

/** The commands of the script's language and what they do on a machine. */
public final class Verbs {
    private final CapturedMachine machine;
    private final SysfsFiles sysfs;
    private final SysfsPaths paths;
    private final VfioVerbs vfio;

    public Verbs(CapturedMachine machine) {
        this.machine = machine;
        this.sysfs = new SysfsFiles(machine);
        this.paths = new SysfsPaths(machine, sysfs);
        this.vfio = new VfioVerbs(machine);
    }

    /** One command, word by word. */
    public Answer run(List<String> words) {
        String verb = words.getFirst();
        return switch (verb) {
            case "state" -> new Answer(0, sysfs.state(word(words, 1)));
            case "groups" -> new Answer(0, groups());
            case "unbind" -> thenState(sysfs.drivers().unbind(word(words, 1)), word(words, 1));
            case "bind" -> thenState(sysfs.drivers().bind(word(words, 1), word(words, 2)), word(words, 1));
            case "probe" -> thenState(sysfs.drivers().probe(word(words, 1)), word(words, 1));
            case "override" ->
                Answer.of(
                        sysfs.drivers().override(word(words, 1), word(words, 2).equals("-") ? "" : word(words, 2)));
            case "type" -> sysfs.writeType(word(words, 1), word(words, 2));
            case "remove" -> thenState(machine.remove(word(words, 1)), word(words, 1));
            case "rescan" -> Answer.of(machine.rescan());
            case "w" -> paths.write(word(words, 1), word(words, 2));
            case "r" -> paths.read(word(words, 1));
            case "sh" -> shell(words);
            case "msleep" -> waited(word(words, 1));
            case "snap" -> Answer.DONE;
            default -> vfio.run(words);
        };
    }

    static String word(List<String> words, int at) {
        return at < words.size() ? words.get(at) : "";
    }

    private Answer thenState(long error, String name) {
        return Answer.of(error).with(sysfs.state(name));
    }

    private List<String> groups() {
        var lines = new ArrayList<String>();
        List<Group> groups = sysfs.groups().all();
        groups.forEach(group -> lines.add(GroupFiles.line(group)));
        lines.add("groups=" + groups.size());
        return lines;
    }

    // Of the shell only the loading of a module reaches the core.
    private Answer shell(List<String> words) {
        if (word(words, 1).equals("modprobe")) {
            machine.modprobe(word(words, 2));
            if (word(words, 2).replace('-', '_').equals("vfio_iommu_type1")) {
                words.subList(Math.min(3, words.size()), words.size()).forEach(this::parameter);
            }
        }
        return Answer.DONE;
    }

    private void parameter(String word) {
        String[] parts = word.split("=", 2);
        machine.world().vfio().parameters().set(parts[0], parts.length > 1 ? parts[1] : "");
    }

    private Answer waited(String milliseconds) {
        if (milliseconds.matches("\\d{1,7}")) {
            machine.sleep(Long.parseLong(milliseconds));
            return Answer.DONE;
        }
        return Answer.failed(Errno.EINVAL);
    }
}
