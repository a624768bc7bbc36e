package org.iommulab.app.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.iommulab.app.draw.Theme;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stories that come with the lab, as pictures; {@code -Dlook.dir=...} keeps them. */
class RealPicturesTest {
    @TempDir
    Path temporary;

    private static Run run(String story, String kernel) {
        return Player.play(
                ScenarioReader.open(Path.of("../scenarios/exynos/" + story + ".json")), KernelSpec.parse(kernel));
    }

    private Path dir(String name) {
        String kept = System.getProperty("look.dir");
        return (kept == null ? temporary : Path.of(kept)).resolve(name);
    }

    @Test
    void theStoryboardOfABrokenBindHasAPictureOfEachKeyStep() throws Exception {
        Run run = run("drm-bind", "6.2+p1");
        List<Path> files = Storyboard.write(run, dir("drm-bind-p1"), Theme.DARK);
        assertThat(files)
                .hasSize(Storyboard.keySteps(run).size() + 1)
                .allSatisfy(f -> assertThat(f).isNotEmptyFile());
        assertThat(Files.readString(files.getLast())).contains(run.title());
    }

    @Test
    void aPictureAndAnAnimationAreWrittenByTheirEndings() throws Exception {
        Run run = run("drm-bind", "6.2");
        int end = run.recording().length();
        Path dir = dir("each");
        Pictures.render(run, end, Theme.LIGHT, 1366, 768, dir.resolve("a.png"));
        Pictures.render(run, end, Theme.LIGHT, 1366, 768, dir.resolve("a.svg"));
        Pictures.animate(run, end - 8, end - 6, Theme.DARK, 800, 500, dir.resolve("a.apng"));
        assertThat(dir.resolve("a.png")).isNotEmptyFile();
        assertThat(dir.resolve("a.svg")).content().startsWith("<?xml").contains("12e20000.sysmmu");
        assertThat(dir.resolve("a.apng")).isNotEmptyFile();
        assertThatThrownBy(() -> Pictures.render(run, 1, Theme.DARK, 800, 600, dir.resolve("a.bmp")))
                .hasMessageContaining("a.bmp");
        assertThatThrownBy(() -> Pictures.render(run, end + 1, Theme.DARK, 800, 600, dir.resolve("a.svg")))
                .hasMessageContaining("no step");
    }

    /** A class path without JavaFX: every class is loaded anew, those of JavaFX are refused. */
    @Test
    void anSvgNeedsNoJavaFx() throws Exception {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .map(RealPicturesTest::url)
                .toArray(URL[]::new);
        try (var bare = new URLClassLoader(path, ClassLoader.getPlatformClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.startsWith("javafx.") || name.startsWith("com.sun.javafx.")) {
                    throw new ClassNotFoundException("refused: " + name);
                }
                return super.findClass(name);
            }
        }) {
            var method = bare.loadClass(Bare.class.getName()).getMethod("write", Path.class);
            Path out = temporary.resolve("bare.svg");
            try {
                method.invoke(null, out);
            } catch (InvocationTargetException e) {
                throw new AssertionError(e.getCause());
            }
            assertThat(out).isNotEmptyFile();
        }
    }

    /** Runs in the other class loader. */
    public static final class Bare {
        private Bare() {}

        public static void write(Path out) throws Exception {
            Run run = run("deferred-probe", "6.2+p1..p5");
            Pictures.render(run, run.recording().length(), Theme.DARK, 1600, 1000, out);
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (java.net.MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
