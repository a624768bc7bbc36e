package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.iommulab.json.BadInput;
import org.iommulab.kernel.KernelSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioReaderTest {
    private static final Path FOLDER = Path.of("..", "scenarios", "exynos");
    private static final String STORY = """
        {
          "$schema": "../schema/scenario.schema.json",
          "id": "x", "title": "t", "summary": "s", "board": "odroid-u3", "kernel": "6.2",
          "story": [
            { "do": "boot" },
            ACTION
          ],
          "expect": { "BASE": { "outcome": "ok" } }
        }
        """;

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> all = Files.list(FOLDER)) {
            return all.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyScenarioOfTheProjectReads(Path file) {
        ScenarioFile read = ScenarioReader.open(file);
        assertThat(file.getFileName()).hasToString(read.scenario().id() + ".json");
        assertThat(read.scenario().board()).isEqualTo(read.board().name());
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aHeadingIsWhatTheWholeFileSays(Path file) {
        Scenario whole = ScenarioReader.read(file);
        assertThat(ScenarioReader.heading(file))
                .contains(new ScenarioReader.Heading(whole.title(), KernelSpec.parse(whole.kernel())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{ \"title\": \"t\"",
                "{ \"title\": 1, \"kernel\": \"6.2\" }",
                "{ \"title\": \"t\", \"kernel\": \"9.9\" }",
                "\u0000"
            })
    void aFileThatHasNoneHasNoHeading(String text, @TempDir Path folder) throws IOException {
        assertThat(ScenarioReader.heading(Files.writeString(folder.resolve("x.json"), text)))
                .isEmpty();
        assertThat(ScenarioReader.heading(folder.resolve("nothing.json"))).isEmpty();
    }

    @Test
    void anActionIsReadWithAllItsFields() {
        Act act = parse("{ \"do\": \"dma\", \"device\": \"12c10000.mixer\", \"address\": \"0x20101000\","
                        + " \"access\": \"write\", \"title\": \"Write\", \"expect\": { \"result\": \"0\" } }")
                .story()
                .getLast();
        assertThat(act.title()).contains("Write");
        assertThat(act.action()).isInstanceOfSatisfying(Action.Dma.class, dma -> {
            assertThat(dma.address()).hasValue(0x2010_1000L);
            assertThat(dma.access()).contains(Action.Access.WRITE);
            assertThat(dma.buffer()).isEmpty();
        });
        assertThat(act.expect().entries()).containsOnlyKeys("*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
        { "do": "bnd", "device": "12c10000.mixer" }                        | x.json:6:13: /story/1/do: unknown value 'bnd', did you mean 'bind'
        { "do": "bind", "devise": "12c10000.mixer" }                       | x.json:6:21: /story/1/devise: unknown field 'devise', did you mean 'device'
        { "do": "bind", "device": "12c10000.mixr" }                        | x.json:6:31: /story/1/device: this board has no device '12c10000.mixr', did you mean '12c10000.mixer'
        { "do": "bind" }                                                   | x.json:6:5: /story/1: 'device' is missing, expected a text
        { "do": "bind", "device": 7 }                                      | x.json:6:31: /story/1/device: found 7, expected a text
        { "do": "bind", "device": null }                                   | x.json:6:31: /story/1/device: found null, expected a text
        { "device": "x" }                                                  | x.json:6:5: /story/1: found no 'do', expected one of: boot
        { "do": "wait", "ms": 1, "ms": 2 }                                 | x.json:6:30: /story/1/ms: 'ms' stands here a second time
        { "do": "wait", "ms": -1 }                                         | x.json:6:27: /story/1/ms: expected 0 to 3600000 milliseconds, found -1
        { "do": "wait", "ms": 1.5 }                                        | x.json:6:27: /story/1/ms: found 1.5, expected a whole number
        { "do": "vfio-group", "device": "12c10000.mixr", "name": "g" }     | x.json:6:37: /story/1/device: this board has no device '12c10000.mixr', did you mean '12c10000.mixer'
        { "do": "vfio-status", "group": "g" }                              | x.json:6:37: /story/1/group: no action before makes a group 'g'; none is known here
        { "do": "vfio-close", "file": "vm" }                               | x.json:6:35: /story/1/file: no action before makes a file 'vm'; none is known here
        { "do": "iommufd-attach", "file": "f", "to": "vm" }                | x.json:6:39: /story/1/file: no action before makes a device file 'f'; none is known here
        { "do": "iommufd-ranges", "ioas": "vm" }                           | x.json:6:39: /story/1/ioas: no action before makes an object 'vm'; none is known here
        { "do": "iommufd-allow", "ioas": "a", "ranges": [{ "start": "0x0", "lst": "0x1" }] } | x.json:6:72: /story/1/ranges/0/lst: unknown field 'lst', did you mean 'last'
        { "do": "iommufd-guest-write", "memory": "0x7", "value": "0x0" }   | x.json:6:46: /story/1/memory: 0x7 is no multiple of 8
        { "do": "sva-unbind", "bond": "b" }                                | x.json:6:35: /story/1/bond: no action before makes a bond 'b'; none is known here
        { "do": "vfio-containr", "name": "vm" }                            | x.json:6:13: /story/1/do: unknown value 'vfio-containr', did you mean 'vfio-container'
        { "do": "attach-domain", "device": "10800000.g2d", "domain": "d" } | x.json:6:66: /story/1/domain: no action before makes a domain 'd'; none is known here
        { "do": "new-mapping", "name": "m", "base": "0x123", "size": "0x1000" } | x.json:6:49: /story/1/base: 0x123 is not a page aligned address
        { "do": "new-mapping", "name": "m", "base": "12", "size": "0x1000" } | x.json:6:49: /story/1/base: found '12', expected a number written as "0x1000"
        { "do": "dma", "device": "10800000.g2d" }                          | x.json:6:5: /story/1: expected either 'address' or 'buffer', found neither
        { "do": "write-register", "unit": "12e20000.sysmu", "offset": "0x0", "value": "0x0" } | x.json:6:39: /story/1/unit: this board has no unit '12e20000.sysmu', did you mean '12e20000.sysmmu'
        { "do": "write-register", "unit": "12e20000.sysmmu", "offset": "0x2", "value": "0x0" } | x.json:6:68: /story/1/offset: 0x2 is no multiple of 4
        { "do": "write-register", "unit": "12e20000.sysmmu", "offset": "0x0", "value": "0x100000000" } | x.json:6:84: /story/1/value: 0x100000000 has more than 32 bits
        { "do": "suspend", "device": "12e20000.sysmm" }                    | x.json:6:34: /story/1/device: this board has no device '12e20000.sysmm', did you mean '12e20000.sysmmu'
        { "do": "drain", "expect": { "result": "-EBUSI" } }                | x.json:6:32: /story/1/expect: unknown result '-EBUSI', expected 0, a number or an errno, did you mean '-EBUSY'
        { "do": "drain", "expect": { "P7": { "result": "0" } } }           | x.json:6:40: /story/1/expect/P7: 'P7' is no level
        { "do": "drain", "expect": { "P4..P2": { "result": "0" } } }       | x.json:6:44: /story/1/expect/P4..P2: the range 'P4..P2' runs backwards
        { "do": "drain", "expect": { "P1": {}, "6.2+p1": {} } }            | x.json:6:54: /story/1/expect/6.2+p1: '6.2+p1' is the same kernel as 'P1' above
        { "do": "drain", "expect": { "when": { "SMPP": "n" } } }           | x.json:6:32: /story/1/expect/SMPP: this board has no option 'SMPP', did you mean 'SMP'
        { "do": "drain", }                                                 | x.json:6:22: /: not JSON
        """)
    void aMistakeIsToldWithItsPlaceAndWhatWasPerhapsMeant(String action, String message) {
        assertThatThrownBy(() -> parse(action))
                .isInstanceOf(BadInput.class)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith(FOLDER + "/" + message);
    }

    @Test
    void severalMistakesAreToldTogetherInTheOrderOfTheFile() {
        BadInput bad = catchThrowableOfType(
                BadInput.class,
                () -> parse("{ \"do\": \"wait\", \"ms\": \"x\" },\n"
                        + "{ \"do\": \"bind\", \"device\": \"a\", \"drver\": \"b\" },\n"
                        + "{ \"do\": \"frobnicate\" }"));
        assertThat(bad.problems())
                .extracting(problem -> problem.pointer())
                .containsExactly("/story/1/ms", "/story/2/drver", "/story/3/do");
    }

    @Test
    void aFileThatIsNotThereOrIsAFolderIsBadInput() {
        assertThatThrownBy(() -> ScenarioReader.read(FOLDER.resolve("nope.json")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("nope.json:1:1: /: there is no such file");
        assertThatThrownBy(() -> ScenarioReader.read(FOLDER))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("this is a folder");
    }

    @Test
    void hugeAndDeepInputsAreRefused() {
        assertBad("[".repeat(100_000));
        assertBad("{\"$schema\": \"" + "a".repeat(5_000) + "\"}");
        assertBad(" ".repeat(2_000_000));
        assertBad("{\"a\": 1" + "0".repeat(1_000) + "}");
        assertBad(STORY.replace("ACTION", ("{ \"do\": \"drain\" },".repeat(2_000)) + "{ \"do\": \"drain\" }"));
    }

    @Test
    void mutatedScenariosNeverThrowAnythingElse() throws IOException {
        long seed = 20_230_110;
        var random = new Random(seed);
        List<Path> files = scenarios();
        int refused = 0;
        for (int round = 0; round < 1_500; round++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] text = mutate(Files.readAllBytes(file), random);
            try {
                ScenarioReader.parse(file, text);
            } catch (BadInput e) {
                refused++;
                assertThat(e.problems()).hasSizeBetween(1, 21);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed " + seed + " round " + round + "\n" + new String(text, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    private static byte[] mutate(byte[] text, Random random) {
        byte[] out = text.clone();
        String json = "{}[]\":,0-1x.entfalsu\\ \n";
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(out.length);
            switch (random.nextInt(4)) {
                case 0 -> out[at] = (byte) json.charAt(random.nextInt(json.length()));
                case 1 -> out[at] = (byte) random.nextInt(256);
                case 2 -> out = Arrays.copyOf(out, Math.max(1, at));
                default -> {
                    int from = random.nextInt(out.length);
                    int length = Math.min(random.nextInt(40), out.length - Math.max(at, from));
                    System.arraycopy(out.clone(), from, out, at, length);
                }
            }
        }
        return out;
    }

    private static void assertBad(String text) {
        assertThatThrownBy(() -> ScenarioReader.parse(FOLDER.resolve("x.json"), text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BadInput.class);
    }

    private static Scenario parse(String action) {
        return ScenarioReader.parse(
                        FOLDER.resolve("x.json"),
                        STORY.replace("ACTION", action).getBytes(StandardCharsets.UTF_8))
                .scenario();
    }
}
