using Berth.Data.Sessions;
using Berth.Registry.Trust;
using Berth.Registry.Trust.Quarantines;
using Berth.Registry.Trust.Violations;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Registry.Tests.Trust;

/// <summary>Over any sequence of decisions, expiries, quarantines and lifts, what is in force is what a model of a few lines says.</summary>
public abstract class TrustModelTests(DatabaseKind kind) : TrustTestBase(kind)
{
    private int _sequences;

    [Fact]
    public void What_is_in_force_is_what_the_model_says() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Sequences().ToArbitrary(), steps => RunAsync(steps).GetAwaiter().GetResult()));

    private static Gen<Step[]> Sequences() =>
        from length in Gen.Choose(1, 14)
        from steps in Gen.ArrayOf(
            from what in Gen.Elements("decide", "decide", "advance", "advance", "quarantine", "lift", "restrict", "lift-violation", "settle")
            from choice in Gen.Choose(0, 1000)
            from hours in Gen.Choose(0, 6)
            select new Step(what, choice, hours), length)
        select steps;

    private async Task RunAsync(Step[] steps)
    {
        var slug = $"Plugin{++_sequences}";
        var publisher = $"{_sequences:x32}";
        await PublishedAsync(TestPackage.Create(slug, "1.0.0"), publisher);
        await PublishedAsync(TestPackage.Create(slug, "2.0.0"), publisher);
        var model = new Model();
        foreach (var step in steps)
        {
            await TakeAsync(step, slug, publisher, model);
            await CompareAsync(slug, model, string.Join(", ", steps.TakeWhile(one => one != step).Append(step)));
        }

        await Part<TrustExpiryService>().SettleAsync(CancellationToken.None);
        (await Database.ReadAsync(s => s.ScalarAsync<string>("SELECT trust_level FROM package WHERE slug = @slug", new { slug }))).ShouldBe(model.Level(Time.GetUtcNow()), string.Join(", ", (object[])steps));
    }

    private async Task TakeAsync(Step step, string slug, string publisher, Model model)
    {
        var now = Time.GetUtcNow();
        DateTimeOffset? expires = step.Hours == 0 ? null : now.AddHours(step.Hours);
        switch (step.What)
        {
            case "decide":
                var level = TrustLevels.All[step.Choice % TrustLevels.All.Count];
                (await Trust.DecideAsync(new TrustDraft(slug, level, "x") { ExpiresAt = expires }, Reviewer)).IsDone.ShouldBeTrue();
                model.Decisions.Add(new Decided(level, expires, null));
                break;
            case "advance":
                Time.Advance(TimeSpan.FromHours(step.Hours));
                break;
            case "quarantine":
                var (kind, subject) = (step.Choice % 3) switch { 0 => ("plugin", slug), 1 => ("publisher", publisher), _ => ("version", $"{slug}@1.0.0") };
                if ((await Part<IQuarantines>().SetAsync(new QuarantineDraft(kind, subject, "x") { ExpiresAt = expires }, Reviewer)).Value is { } set)
                    model.Quarantines.Add(new Quarantined(set.Id, kind, expires));
                else
                    model.Quarantines.ShouldContain(one => one.Kind == kind && one.IsInForce(now));
                break;
            case "lift" when model.Quarantines.Count > 0:
                var lifted = model.Quarantines[step.Choice % model.Quarantines.Count];
                (await Part<IQuarantines>().LiftAsync(lifted.Id, "x", Reviewer, isDryRun: false)).IsDone.ShouldBe(lifted.IsInForce(now));
                model.Quarantines.Remove(lifted);
                break;
            case "restrict":
                var before = model.Decision(now);
                var recorded = await Part<ITrustViolations>().RecordAsync(new TrustViolationDraft(slug, "k", "low", "restrict", "x") { ExpiresAt = now.AddHours(step.Hours + 1) }, Reviewer);
                recorded.IsDone.ShouldBe(TrustLevels.Below(before) is not null);
                if (recorded.Value is { } violation)
                    model.Decisions.Add(new Decided(TrustLevels.Below(before)!, now.AddHours(step.Hours + 1), violation.Id));
                break;
            case "lift-violation" when model.Decisions.FindLastIndex(one => one.Violation is not null) is >= 0 and var index:
                (await Part<ITrustViolations>().LiftAsync(model.Decisions[index].Violation!, "x", Reviewer, isDryRun: false)).IsDone.ShouldBeTrue();
                model.Decisions.RemoveAt(index);
                break;
            case "settle":
                await Part<TrustExpiryService>().SettleAsync(CancellationToken.None);
                break;
        }
    }

    private async Task CompareAsync(string slug, Model model, string steps)
    {
        var now = Time.GetUtcNow();
        (await Trust.StandingAsync(slug))!.Level.ShouldBe(model.Level(now), steps);
        var plugin = (await Catalog.FindAsync(slug))!;
        plugin.TrustLevel.ShouldBe(model.Level(now), steps);
        plugin.Versions.Select(v => v.TrustLevel).ShouldBe([model.Level(now), model.IsHit("version", now) ? TrustLevels.Quarantined : model.Level(now)], steps);
    }

    private sealed record Step(string What, int Choice, int Hours);

    private sealed record Decided(string Level, DateTimeOffset? Expires, string? Violation);

    private sealed record Quarantined(string Id, string Kind, DateTimeOffset? Expires)
    {
        public bool IsInForce(DateTimeOffset now) => Expires is null || Expires > now;
    }

    private sealed class Model
    {
        public List<Decided> Decisions { get; } = [new Decided(TrustLevels.Community, null, null)];

        public List<Quarantined> Quarantines { get; } = [];

        public string Decision(DateTimeOffset now) => Decisions.Last(one => one.Expires is null || one.Expires > now).Level;

        public bool IsHit(string kind, DateTimeOffset now) => Quarantines.Any(one => one.Kind == kind && one.IsInForce(now));

        public string Level(DateTimeOffset now) => IsHit("plugin", now) || IsHit("publisher", now) ? TrustLevels.Quarantined : Decision(now);
    }

    public sealed class OnSqlite() : TrustModelTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : TrustModelTests(DatabaseKind.PostgreSql);
}
