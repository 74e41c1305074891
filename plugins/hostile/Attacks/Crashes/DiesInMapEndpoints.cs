namespace Hostile.Attacks.Crashes;

public sealed class DiesInMapEndpoints : Attack
{
    public override string Title => "ends its process while it maps endpoints";

    public override IReadOnlyList<string> Endings => ["isolation.start_failed"];

    public override bool EndsAtStart => true;

    public override void Map(IEndpointRouteBuilder endpoints) => Sys.Die();
}
