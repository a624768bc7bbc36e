package org.iommulab.app.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javafx.css.CssParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThemeSheetTest {
    @ParameterizedTest
    @EnumSource
    void aStyleSheetThatJavaFxReadsWithoutComplaintHoldsEveryTone(Theme theme) {
        String css = ThemeSheet.css(theme);
        CssParser.errorsProperty().clear();
        var sheet = new CssParser().parse(css);
        assertThat(CssParser.errorsProperty()).isEmpty();
        List<String> properties = sheet.getRules().getFirst().getDeclarations().stream()
                .map(d -> d.getProperty())
                .toList();
        for (Tone tone : Tone.values()) {
            assertThat(properties).contains(ThemeSheet.variable(tone));
            assertThat(css).contains(tone.hex(theme));
        }
        assertThat(properties).contains("-fx-base", "-fx-accent", "-fx-focus-color", "-fx-box-border");
    }
}
