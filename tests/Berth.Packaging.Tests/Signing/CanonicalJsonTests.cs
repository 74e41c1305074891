using System.Text;
using Berth.Packaging.Signing;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Packaging.Tests.Signing;

/// <summary>The examples of RFC 8785: section 3.2.2 and 3.2.3, and the numbers of appendix B.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void The_sample_of_section_3_2_2_comes_out()
    {
        const string Sample =
            """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;

        Of(Sample).ShouldBe("""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
    }

    [Fact]
    public void Members_are_sorted_by_their_UTF_16_units()
    {
        const string Sample =
            """{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""";

        Of(Sample).ShouldBe(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void The_numbers_of_appendix_B_come_out(ulong bits, string text) => CanonicalJson.NumberText(BitConverter.UInt64BitsToDouble(bits)).ShouldBe(text);

    [Fact]
    public void Numbers_that_JSON_does_not_have_are_refused()
    {
        Should.Throw<ArgumentException>(() => CanonicalJson.NumberText(double.NaN));
        Should.Throw<ArgumentException>(() => Of("1e999"));
    }

    [Fact]
    public void Every_number_reads_back_as_itself() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<NormalFloat>().ToArbitrary(),
        number => double.Parse(CanonicalJson.NumberText(number.Get), System.Globalization.CultureInfo.InvariantCulture) == number.Get)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void The_canonical_text_is_its_own_canonical_text()
    {
        var once = Of("""{"b":[1.0,{"z":"\u00e9","a":-0.0}],"a":"\u007f\u2028"}""");

        Of(once).ShouldBe(once);
    }

    private static string Of(string json) => Encoding.UTF8.GetString(CanonicalJson.Write(StrictJson.Parse(Encoding.UTF8.GetBytes(json), out _).ShouldNotBeNull()));
}
