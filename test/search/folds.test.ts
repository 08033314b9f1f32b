// Hand cases of purging and embargo, after the figures of López de Prado (2018), chapters 7 and 12.
import { describe, expect, test } from 'vitest';
import { choose, combinatorialFolds, purgedKFold, walkForwardFolds } from '#search/folds.ts';

const NONE = { purgeRows: 0, embargoRows: 0 };

describe('walk-forward', () => {
  test('rolls its training window along', () => {
    // 100 rows, 4 windows and 1 to train on: 20 rows each.
    expect(walkForwardFolds(100, { windows: 4, trainRatio: 1, isAnchored: false })).toEqual([
      { train: [{ from: 0, to: 20 }], test: [{ from: 20, to: 40 }] },
      { train: [{ from: 20, to: 40 }], test: [{ from: 40, to: 60 }] },
      { train: [{ from: 40, to: 60 }], test: [{ from: 60, to: 80 }] },
      { train: [{ from: 60, to: 80 }], test: [{ from: 80, to: 100 }] },
    ]);
  });

  test('anchored, keeps the beginning', () => {
    expect(walkForwardFolds(100, { windows: 2, trainRatio: 3, isAnchored: true })).toEqual([
      { train: [{ from: 0, to: 60 }], test: [{ from: 60, to: 80 }] },
      { train: [{ from: 0, to: 80 }], test: [{ from: 80, to: 100 }] },
    ]);
  });

  test('leaves out at the beginning what does not divide, and ends with the last row', () => {
    const folds = walkForwardFolds(107, { windows: 4, trainRatio: 1, isAnchored: false });
    expect(folds[0]!.train[0]).toEqual({ from: 2, to: 23 });
    expect(folds.at(-1)!.test[0]).toEqual({ from: 86, to: 107 });
  });

  test.each([
    [3, { windows: 4, trainRatio: 1 }],
    [100, { windows: 0, trainRatio: 1 }],
    [100, { windows: 2, trainRatio: 0 }],
  ])('of %i rows as %j is refused', (rows, terms) => {
    expect(() => walkForwardFolds(rows, { ...terms, isAnchored: false })).toThrow('cannot be parted');
  });
});

describe('a purged k-fold', () => {
  test('trains on everything else', () => {
    expect(purgedKFold(30, 3, NONE)).toEqual([
      { train: [{ from: 10, to: 30 }], test: [{ from: 0, to: 10 }] },
      { train: [{ from: 0, to: 10 }, { from: 20, to: 30 }], test: [{ from: 10, to: 20 }] },
      { train: [{ from: 0, to: 20 }], test: [{ from: 20, to: 30 }] },
    ]);
  });

  test('takes out the rows before the test that reach into it, and those behind it that remember it', () => {
    expect(purgedKFold(30, 3, { purgeRows: 2, embargoRows: 3 }).map(({ train }) => train)).toEqual([
      [{ from: 13, to: 30 }],
      [{ from: 0, to: 8 }, { from: 23, to: 30 }],
      [{ from: 0, to: 18 }],
    ]);
  });

  test('may leave nothing of a part', () => {
    expect(purgedKFold(30, 3, { purgeRows: 6, embargoRows: 10 })[1]!.train).toEqual([{ from: 0, to: 4 }]);
  });
});

describe('a combinatorial cross-validation', () => {
  test('of 6 groups, 2 tested, has 15 splits, and each group is tested in 5: the book\'s case', () => {
    const folds = combinatorialFolds(600, 6, 2, NONE);
    expect(folds).toHaveLength(15);
    for (let group = 0; group < 6; group++) expect(folds.filter(({ tested }) => tested.includes(group))).toHaveLength(5);
  });

  test('purges at every border between training and test', () => {
    const { fold } = combinatorialFolds(60, 6, 2, { purgeRows: 1, embargoRows: 2 }).find(({ tested }) => tested.join() === '1,3')!;
    // 0 │ test 1 │ 2 │ test 3 │ 4 5
    expect(fold).toEqual({ train: [{ from: 0, to: 9 }, { from: 22, to: 29 }, { from: 42, to: 60 }], test: [{ from: 10, to: 20 }, { from: 30, to: 40 }] });
  });

  test('has no training row within purge and embargo of a test row, whatever is tested', () => {
    for (const { fold } of combinatorialFolds(101, 7, 3, { purgeRows: 3, embargoRows: 5 })) {
      for (const train of fold.train) {
        for (const part of fold.test) {
          const isBefore = train.to <= part.from;
          expect(isBefore ? part.from - train.to : train.from - part.to).toBeGreaterThanOrEqual(isBefore ? 3 : 5);
        }
      }
    }
  });

  test.each([[1, 1], [6, 6], [6, 0], [60, 2]])('of %i groups with %i tested in 100 rows is refused', (groups, tests) => {
    expect(() => combinatorialFolds(100, groups, tests, NONE)).toThrow('cannot be parted');
  });
});

test('there are n over k ways to choose', () => {
  expect(choose(4, 2)).toEqual([[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
  expect(choose(10, 5)).toHaveLength(252);
});
