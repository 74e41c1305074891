using Berth.Host.Services;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Guards;

/// <summary>
/// Asks a guard, those it depends on first. Only a clear yes of every one of them allows: no answer, an exception, too long
/// a time and a guard that cannot be had all deny. Never throws what a guard threw, except that the call was cancelled.
/// </summary>
internal sealed class GuardRunner(ProviderGuards providers, HostOptions options, TimeProvider time)
{
    /// <summary>Asks the guard <paramref name="name"/> of the post's version.</summary>
    /// <exception cref="OperationCanceledException">The caller went, or the version is being unloaded.</exception>
    public async ValueTask<GuardVerdict> AskAsync(GuardPost post, string name, GuardRound round)
    {
        if (post.Guards.Find(name) is not { } wanted)
            return GuardVerdict.Missing(name, post.Guards.Id.Slug, $"{post.Guards.Id} requires the guard '{name}', which it neither declares nor adds, so the request is denied. Its publisher has to add it.");
        foreach (var guard in post.Guards.OrderOf(wanted))
        {
            if (!round.HasPassed(guard) && await AskOneAsync(post, guard, round) is GuardVerdict.Refused refused)
                return refused;
        }

        return GuardVerdict.Allowed.Instance;
    }

    private async ValueTask<GuardVerdict> AskOneAsync(GuardPost post, GuardSpec guard, GuardRound round)
    {
        if (!round.TryEnter(guard))
            return GuardVerdict.Circle(guard);
        GuardVerdict verdict = guard.IsExternal ? await providers.AskAsync(this, post.User, guard, round) : await DecideAsync(post, guard, round);
        round.Leave(guard, verdict);
        guard.Counts.Add(verdict);
        return verdict;
    }

    private async ValueTask<GuardVerdict> DecideAsync(GuardPost post, GuardSpec guard, GuardRound round)
    {
        try
        {
            if (post.Services.GetKeyedService<IGuard>(guard.Name) is not { } code)
                return GuardVerdict.Missing(guard.Name, guard.Provider, $"The guard '{guard.Name}' is not in the plugin's services, so the request is denied. Its publisher has to add it.");
            var deciding = code.DecideAsync(round.ContextFor(guard), post.CancellationToken);
            return deciding.IsCompleted
                ? Verdict(guard, await deciding)
                : await DecideInTimeAsync(post, guard, deciding.AsTask());
        }
        catch (OperationCanceledException) when (post.CancellationToken.IsCancellationRequested)
        {
            // Nobody waits for the answer any more. What throws here never reaches the endpoint.
            throw;
        }
        catch (Exception exception)
        {
            return GuardVerdict.Failed(guard, ForeignCode.Describe(exception));
        }
    }

    private async ValueTask<GuardVerdict> DecideInTimeAsync(GuardPost post, GuardSpec guard, Task<GuardDecision> deciding)
    {
        try
        {
            return Verdict(guard, await deciding.WaitAsync(options.GuardTimeLimit, time, post.CancellationToken));
        }
        catch (TimeoutException) when (!deciding.IsCompleted)
        {
            return GuardVerdict.TimedOut(guard, options.GuardTimeLimit);
        }
        finally
        {
            if (!deciding.IsCompleted)
                post.Stray = deciding;
        }
    }

    // A guard may answer with null, whatever its signature says.
    private static GuardVerdict Verdict(GuardSpec guard, GuardDecision? decision) => decision switch
    {
        null => GuardVerdict.Failed(guard, "it gave no decision."),
        { IsAllowed: true } => GuardVerdict.Allowed.Instance,
        _ => GuardVerdict.Denied(guard, ForeignCode.Shorten(decision.Reason)),
    };
}
