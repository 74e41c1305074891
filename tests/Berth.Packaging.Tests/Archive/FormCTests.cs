using Berth.Packaging.Archive.Unicode;

namespace Berth.Packaging.Tests.Archive;

public sealed class FormCTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("caf\u00e9")]
    [InlineData("\ud55c\uad6d")]
    [InlineData("q\u0323\u0307")]
    [InlineData("a\u0327")]
    [InlineData("\u0928\u093f")]
    [InlineData("\u05e9\u05bc\u05c1")]
    [InlineData("\U0001F600")]
    [InlineData("\u0301")]
    public void Composed_text_is_in_form_C(string text) => FormC.Contains(text).ShouldBeTrue();

    [Theory]
    [InlineData("e\u0301")]
    [InlineData("\u1e0b\u0323")]
    [InlineData("\u212b")]
    [InlineData("\u2126")]
    [InlineData("\u0958")]
    [InlineData("\u1100\u1161")]
    [InlineData("\uac00\u11a8")]
    [InlineData("q\u0307\u0323")]
    [InlineData("a\u0323\u0302")]
    [InlineData("\ufb1d")]
    [InlineData("\uf900")]
    [InlineData("\U0002F800")]
    [InlineData("\u0344")]
    public void Decomposed_or_forbidden_text_is_not(string text) => FormC.Contains(text).ShouldBeFalse();
}
