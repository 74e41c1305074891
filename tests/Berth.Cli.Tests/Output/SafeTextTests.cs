using Berth.Cli.Output;

namespace Berth.Cli.Tests.Output;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain, ünïcode ✓", "plain, ünïcode ✓")]
    [InlineData("\u001b[31mred\u001b[0m", "\uFFFD[31mred\uFFFD[0m")]
    [InlineData("a\u009b2Jb", "a\uFFFD2Jb")]
    [InlineData("abc\u202Ecba", "abc\uFFFDcba")]
    [InlineData("two\nlines\tand a tab", "two lines and a tab")]
    [InlineData(null, "")]
    public void Nothing_from_outside_can_command_the_terminal(string? text, string safe) => SafeText.Of(text).ShouldBe(safe);
}
