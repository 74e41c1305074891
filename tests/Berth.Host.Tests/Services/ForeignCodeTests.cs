using Berth.Host.Services;

namespace Berth.Host.Tests.Services;

public sealed class ForeignCodeTests
{
    private static readonly AsyncLocal<string?> Local = new();

    [Fact]
    public async Task Foreign_code_sees_nothing_of_the_callers_flow_and_leaves_nothing_in_it()
    {
        Local.Value = "host";
        var seen = await ForeignCode.RunAsync(() =>
        {
            var before = Local.Value;
            Local.Value = "plugin";
            return Task.FromResult(before);
        });
        seen.ShouldBeNull();
        Local.Value.ShouldBe("host");
    }

    [Fact]
    public void A_long_message_is_cut() =>
        ForeignCode.Describe(new InvalidOperationException(new string('x', 10_000))).Length.ShouldBeLessThan(600);

    [Fact]
    public void A_message_that_throws_is_no_fault_of_the_host() =>
        ForeignCode.Describe(new Unreadable()).ShouldEndWith("(its message could not be read)");

    private sealed class Unreadable : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }
}
