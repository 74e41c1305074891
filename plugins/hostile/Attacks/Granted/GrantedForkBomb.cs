namespace Hostile.Attacks.Granted;

public sealed class GrantedForkBomb : Attack
{
    // Twice: each copy makes one of its own.
    private const int Wanted = 100;

    public override string Title => "may start programs, and is a bomb of processes";

    public override IReadOnlyList<string> Endings => ["Crashed"];

    // The limit of a worker, and what made its isolation.
    public override int Processes => 140;

    protected override string Run(Target target)
    {
        var made = 0;
        var time = Sys.Bytes([6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        while (made < Wanted)
        {
            // SIGCHLD, and nothing shared.
            var child = Sys.Call(56, 220, 17);
            if (child == 0)
            {
                // Long enough to be counted. Nothing here may be compiled first: a copy has one thread, and all locks as they were.
                Sys.Call(56, 220, 17);
                Sys.Call(35, 101, time);
                Sys.Call(231, 94, 3);
            }

            if (child < 0)
                break;
            made++;
        }

        return made == 0 ? Sys.Stopped("clone") : $"did: took {made} processes, and as many of theirs";
    }
}
