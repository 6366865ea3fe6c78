namespace Personalization.Training.Learning;

/// <summary>Turns vectors so that Σ y·yᵀ becomes a diagonal: along the directions in which they spread, the widest first.</summary>
internal static class Turning
{
    /// <summary>Turns the rows, and those that are multiplied with them, where they lie; gives the diagonal.</summary>
    public static float[] Turn(Matrix rows, Matrix? partners, int threads)
    {
        var n = rows.Columns;
        var (values, directions) = SymmetricEigen.Of(Gram.Of(rows, threads), n);
        var by = new Matrix(rows.Stride, n);
        for (var to = 0; to < n; to++)
            for (var from = 0; from < n; from++) by[from][to] = (float)directions[(to * n) + from];
        Turned.Rows(rows, by, threads);
        if (partners is not null) Turned.Rows(partners, by, threads);
        return Array.ConvertAll(values, v => (float)Math.Max(0, v));
    }
}
