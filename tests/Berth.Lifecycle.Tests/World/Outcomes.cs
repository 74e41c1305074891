using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Tests.World;

/// <summary>What a test expects of an outcome, in a word.</summary>
internal static class Outcomes
{
    public static OperationResult ShouldBeDone(this OperationOutcome outcome) =>
        outcome.ShouldBeOfType<OperationOutcome.Done>(outcome.ToString()).Result;

    public static OperationOutcome.Refused ShouldBeRefused(this OperationOutcome outcome, RefusalKind kind, string code)
    {
        var refused = outcome.ShouldBeOfType<OperationOutcome.Refused>(outcome.ToString());
        refused.Code.ShouldBe(code);
        refused.Kind.ShouldBe(kind);
        refused.Message.ShouldNotBeNullOrWhiteSpace();
        return refused;
    }

    public static OperationOutcome.Failed ShouldHaveFailed(this OperationOutcome outcome, string code)
    {
        var failed = outcome.ShouldBeOfType<OperationOutcome.Failed>(outcome.ToString());
        failed.Code.ShouldBe(code);
        failed.Message.ShouldNotBeNullOrWhiteSpace();
        return failed;
    }

    public static async Task<OperationResult> InstallAsync(this TestWorld world, OperationCaller caller, string slug, string? range = null) =>
        (await world.Operations.InstallAsync(caller, new InstallRequest(slug, range))).ShouldBeDone();
}
