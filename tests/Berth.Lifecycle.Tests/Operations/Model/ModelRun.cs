using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Sharing;
using Berth.Lifecycle.Tests.Doctor;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>One run: the world and the model side by side, compared after every round.</summary>
internal sealed class ModelRun(TestWorld world, IReadOnlyList<OperationCaller> callers)
{
    private const string StagingLine = "staging: ";
    private readonly ModelUser[] _users = [.. callers.Select(_ => ModelUser.New)];
    private readonly Dictionary<string, string> _sitePins = new(StringComparer.Ordinal);

    /// <summary>How often each kind was done and refused.</summary>
    public Dictionary<string, (int Done, int Refused)> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs the rounds in a world of their own. Answers the round that failed and how, or <see langword="null"/>.</summary>
    public static async Task<(int Round, Exception Fault)?> TryAsync(
        DatabaseKind kind, int users, IReadOnlyList<IReadOnlyList<ModelStep>> rounds, Dictionary<string, (int Done, int Refused)>? counts = null)
    {
        await using var world = await TestWorld.CreateAsync(kind, retention: TimeSpan.Zero, idle: TimeSpan.Zero);
        await ModelCatalogue.PublishAsync(world.Registry);
        var callers = new List<OperationCaller>();
        for (var i = 0; i < users; i++)
            callers.Add(await world.AddUserAsync($"user{i}"));
        var run = new ModelRun(world, callers);
        var round = 0;
        try
        {
            for (; round < rounds.Count; round++)
                await run.RoundAsync(rounds[round]);
            await run.EndAsync();
            foreach (var (name, count) in run.Counts)
                counts?[name] = counts.GetValueOrDefault(name) is var before ? (before.Done + count.Done, before.Refused + count.Refused) : count;
            return null;
        }
#pragma warning disable CA1031 // whatever a run ends with is reported with the steps that led to it
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return (round, exception);
        }
    }

    private async Task RoundAsync(IReadOnlyList<ModelStep> steps)
    {
        if (steps is [{ Kind: "share" } share])
            await ShareAsync(share);
        else if (steps is [{ Kind: "site-pin" or "lift-site-pin" or "cleanup" or "retire" or "restart" or "forget" } shared])
            await SharedAsync(shared);
        else
            await Task.WhenAll(steps.Select(step => Task.Run(() => OwnAsync(step, isAlone: steps.Count == 1))));
        foreach (var user in steps.SelectMany(step => step.Kind == "share" ? [step.User, step.Number % callers.Count] : new[] { step.User }).Distinct())
            await CompareAsync(user);
    }

    private async Task EndAsync()
    {
        for (var user = 0; user < callers.Count; user++)
            await CompareAsync(user);
        await world.RestartAsync();
        for (var user = 0; user < callers.Count; user++)
            await CompareAsync(user);
        (await DoctorTests.ExamineAsync(world)).All.ShouldBeEmpty();
    }

    /// <summary>The node's memory, the database, and what the resolver answers are what the model has.</summary>
    private async Task CompareAsync(int user)
    {
        var (caller, expected) = (callers[user], _users[user]);
        var inMemory = await world.Installations.OfUserAsync(caller.UserId);
        (await WorldText.ReadAsync(world, caller, await new InstallationSnapshots(world.Database).OfUserAsync(caller.UserId))).ShouldBe(expected.ToString(), $"rows of user {user}");
        (await WorldText.ReadAsync(world, caller, inMemory)).ShouldBe(expected.ToString(), $"memory of user {user}");
        StateDump.Record(world, caller).Order(StringComparer.Ordinal).ShouldBe(expected.Installed.Keys, $"record of user {user}");
        var sets = new ModelSets(expected, _sitePins);
        foreach (var plugin in inMemory.Plugins)
        {
            var candidate = await world.Get<IUpdateCandidates>().FindAsync(plugin, inMemory);
            candidate?.Version.ShouldBe(sets.NewestPossible(sets.UpdatesOf(expected.Installed[plugin.Slug]))?.Number, $"candidate for {plugin.Slug} of user {user}");
            if (candidate is null)
                sets.NewestPossible(sets.UpdatesOf(expected.Installed[plugin.Slug])).ShouldBeNull($"candidate for {plugin.Slug} of user {user}");
        }
    }

    private async Task OwnAsync(ModelStep taken, bool isAlone)
    {
        var (step, caller) = (taken.For(_users[taken.User]), callers[taken.User]);
        var before = await DumpAsync(caller, isAlone);
        var expected = await ForetellAsync(step);
        if (step.Kind is "write" or "remove")
        {
            if (expected is Expected.Done)
                await ModelActs.TouchDocumentAsync(world, caller, step);
            Count(step, expected, expected);
            return;
        }

        if (step is { Kind: "repair", Flag: true })
            await ModelActs.DamageAsync(world, caller, step.Slug!);
        var outcome = step.FaultAt is { } at && isAlone && step.Kind != "repair" ? await FaultedAsync(step, at) : await ModelActs.RunAsync(world, caller, step);
        Expected answered = outcome switch
        {
            OperationOutcome.Done when expected is Expected.Done => expected,
            OperationOutcome.Done => new Expected.Done(_users[step.User]),
            OperationOutcome.Refused refused => new Expected.Refused(refused.Kind, expected is Expected.Refused { Code: null } ? null : refused.Code),
            OperationOutcome.Failed { Code: "operation.failed" } when step.FaultAt is not null => new Expected.Done(_users[step.User]),
            _ => throw new InvalidOperationException($"{step} ended with {outcome}"),
        };
        if (outcome is not OperationOutcome.Done && step is not { Kind: "repair", Flag: true })
            (await DumpAsync(caller, isAlone)).ShouldBe(before, $"{step} changed something and answered {outcome}");
        Count(step, outcome is OperationOutcome.Failed ? answered : expected, answered);
    }

    /// <summary>What must come of it. Where a set is to be chosen, the plan says which one, and the model judges it.</summary>
    private async Task<Expected> ForetellAsync(ModelStep step)
    {
        var user = _users[step.User];
        if (step.Kind is not ("install" or "update"))
            return ModelRules.Of(step, user, _sitePins);
        var sets = new ModelSets(user, _sitePins);
        var (roots, refused) = ModelChoices.Of(step, user, sets);
        if (refused is not null)
            return refused;
        if (sets.NewestPossible(roots) is not { } root)
            return new Expected.Refused(RefusalKind.Unprocessable, null);
        var planned = (await ModelActs.RunAsync(world, callers[step.User], step, isDryRun: true)).ShouldBeOfType<OperationOutcome.Planned>($"{step} is possible with {root}").Plan;
        var set = planned.Members.Select(member => member.Plan).Append(planned)
            .Select(plan => ModelCatalogue.Find(plan.Slug, plan.Version!).ShouldNotBeNull()).ToList();
        set.ShouldContain(root, $"{step} leads to the newest version that is possible");
        sets.IsGood(set, root).ShouldBeTrue($"{step} would put in force: {string.Join(", ", set)}");
        return new Expected.Done(user.With(set, root.Slug, ModelActs.Grants(step)));
    }

    private void Count(ModelStep step, Expected expected, Expected answered)
    {
        answered.ShouldBe(expected, $"{step}");
        if (answered is Expected.Done { After: var after })
            _users[step.User] = after;
        lock (Counts)
        {
            var (done, refused) = Counts.GetValueOrDefault(step.Kind);
            Counts[step.Kind] = answered is Expected.Done ? (done + 1, refused) : (done, refused + 1);
        }
    }

    /// <summary>Fails at a step before the switch, when the operation has so many.</summary>
    private async Task<OperationOutcome> FaultedAsync(ModelStep step, int at)
    {
        var reached = 0;
        world.Witness.At = name => name.Split('.')[1] is not ("begin" or "committed" or "recorded") && reached++ == at
            ? throw new InvalidOperationException($"fault at {name}")
            : Task.CompletedTask;
        try
        {
            return await ModelActs.RunAsync(world, callers[step.User], step);
        }
        finally
        {
            world.Witness.At = _ => Task.CompletedTask;
        }
    }

    private async Task ShareAsync(ModelStep taken)
    {
        var step = taken.For(_users[taken.User]);
        var (from, to) = (step.User, step.Number % callers.Count);
        var offered = await world.Get<IShares>().OfferAsync(callers[from], step.Slug!, [callers[to].UserId]);
        if (!_users[from].Installed.TryGetValue(step.Slug!, out var plugin))
        {
            offered.ShouldBeOfType<ShareOutcome.Refused>().Reason.Code.ShouldBe("share.nothing");
            return;
        }

        if (from == to)
        {
            offered.ShouldBeOfType<ShareOutcome.Refused>().Reason.Code.ShouldBe("share.self");
            return;
        }

        var offer = offered.ShouldBeOfType<ShareOutcome.Offered>().Offers.ShouldHaveSingleItem();
        var asInstall = new ModelStep("install", to, step.Slug!, plugin.Version.Number, 0, false, false);
        var expected = _users[to].Installed.GetValueOrDefault(step.Slug!)?.Version == plugin.Version ? new Expected.Done(_users[to]) : await ForetellAsync(asInstall);
        var outcome = (await world.Get<IShares>().AcceptAsync(callers[to], offer.Id, null)).ShouldBeOfType<ShareOutcome.Installed>().Outcome;
        Count(asInstall with { Kind = "share" }, expected, outcome is OperationOutcome.Refused refused
            ? new Expected.Refused(refused.Kind, expected is Expected.Refused { Code: null } ? null : refused.Code)
            : outcome is OperationOutcome.Done && expected is Expected.Done ? expected : new Expected.Done(_users[to]));
        (await world.Get<IShares>().OfUserAsync(callers[to].UserId, 1)).ShouldHaveSingleItem().State.ShouldBe(expected is Expected.Done ? "accepted" : "offered");
    }

    private async Task SharedAsync(ModelStep step)
    {
        switch (step.Kind)
        {
            case "site-pin" when step.Text is { } pin:
                (await world.Get<ISitePins>().SetAsync(callers[step.User], step.Slug!, pin, null)).ShouldNotBeNull();
                _sitePins[step.Slug!] = pin;
                break;
            case "site-pin" or "lift-site-pin":
                (await world.Get<ISitePins>().RemoveAsync(callers[step.User], step.Slug!)).ShouldBe(_sitePins.Remove(step.Slug!));
                break;
            case "cleanup":
                await world.Get<ICleanup>().RunAsync(isDryRun: false);
                ShouldHaveWhatIsReferredTo();
                break;
            case "retire":
                await world.Get<IInstancePool>().RetireIdleAsync();
                break;
            case "restart":
                await world.RestartAsync();
                (await world.Operations.RecoverAsync()).ShouldBe(0, "nothing was interrupted");
                break;
            default:
                foreach (var caller in callers)
                    world.Get<InstallationSnapshots>().Forget(caller.UserId);
                break;
        }
    }

    /// <summary>After a cleanup without retention the store has what somebody has or could go back to, and what a pin names.</summary>
    private void ShouldHaveWhatIsReferredTo()
    {
        var referred = _users.SelectMany(user => user.Installed.Values)
            .SelectMany(one => new[] { one.Version, one.Previous?.Version }.OfType<ModelVersion>()).Select(version => version.ToString()).ToHashSet(StringComparer.Ordinal);
        var named = _sitePins.Select(pin => $"{pin.Key} {pin.Value}").Concat(_users.SelectMany(user => user.Installed.Values).Select(one => $"{one.Slug} {one.Pinned}")).ToList();
        var stored = world.Store.Ids().Select(id => $"{id.Slug} {id.Version}").ToList();
        referred.Except(stored).ShouldBeEmpty("referred to and gone");
        stored.Except(referred).Except(named).ShouldBeEmpty("not referred to and there");
    }

    /// <summary>Beside other users' operations without the staging folder, which is everybody's.</summary>
    private async Task<string> DumpAsync(OperationCaller caller, bool isAlone)
    {
        var dump = await StateDump.ReadAsync(world, caller);
        return isAlone ? dump : string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith(StagingLine, StringComparison.Ordinal)));
    }
}
