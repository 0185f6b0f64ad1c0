package io.i2kit.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every one of the forty rules of the Kubernetes API that are often got wrong has a test whose name begins with its number. */
class FortyRulesTest {
    private static final int RULES = 40;
    private static final Pattern NAMED = Pattern.compile("Rules? ([0-9]+(?:, [0-9]+)*): .+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    @Test
    void everyRuleIsNamedByATest() {
        TreeSet<Integer> named = new ClassFileImporter()
                .importPackages("io.i2kit.apiserver").stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Test.class))
                        .filter(method -> method.isAnnotatedWith(DisplayName.class))
                        .map(FortyRulesTest::displayName)
                        .map(NAMED::matcher)
                        .filter(Matcher::matches)
                        .flatMap(match -> NUMBER.matcher(match.group(1)).results())
                        .map(MatchResult::group)
                        .map(Integer::valueOf)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, RULES).boxed().toList());
    }

    private static String displayName(JavaMethod method) {
        return method.getAnnotationOfType(DisplayName.class).value();
    }
}
