using Berth.Packaging.Manifest;

namespace Berth.Packaging.Tests.Manifest;

public sealed class LicenseExpressionTests
{
    [Theory]
    [InlineData("MIT")]
    [InlineData("GPL-2.0+")]
    [InlineData("GPL-2.0-only WITH Classpath-exception-2.0")]
    [InlineData("MIT OR Apache-2.0 AND BSD-3-Clause")]
    [InlineData("(MIT OR Apache-2.0) AND (ISC)")]
    [InlineData("LicenseRef-Own")]
    [InlineData("DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2")]
    [InlineData("UNLICENSED")]
    public void Expressions_of_the_grammar_are_allowed(string text) => LicenseExpression.IsValid(text).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Apache 2.0")]
    [InlineData("MIT OR")]
    [InlineData("AND MIT")]
    [InlineData("(MIT")]
    [InlineData("MIT)")]
    [InlineData("()")]
    [InlineData("MIT WITH")]
    [InlineData("MIT WITH A WITH B")]
    [InlineData("(MIT) WITH A")]
    [InlineData("WITH WITH WITH")]
    [InlineData("MIT/Apache-2.0")]
    [InlineData("See LICENSE")]
    [InlineData("+")]
    [InlineData("Ref:LicenseRef-A")]
    [InlineData("<script>")]
    public void Everything_else_is_not(string text) => LicenseExpression.IsValid(text).ShouldBeFalse();
}
