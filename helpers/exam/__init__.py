"""Exam practice that diagnoses: questions, papers, marks, and what to repair.

========================  =======================================================================
module                    what it is about
========================  =======================================================================
items                     what a question is: one small class for each way of answering
families/                 numeric questions, new numbers for every seed
worded, concepts/         questions in words: the format, and those of the course
plots                     questions on a figure
bank, own_bank            all questions of the course, and a lecturer's own
misconceptions            the named mistakes and the ideas behind them
marking                   points, feedback and mistakes of an answer
seeds                     the random numbers of an item
blueprint, forms          what a paper asks, and parallel papers that keep to it
page, paper               pages that need no network; papers, keys, marking grids
formula_sheet, pdf        the sheet that comes with a paper; printing it
diagnosis, students       what a paper tells, and simulated students to try that on
places                    where to read up and what to try again: experiments.toml, links to cells
sitting, mock, practice   answering: saved, in the notebook, in the terminal
cards                     one page a lesson to be known by heart
class_report              what a class did with a paper
========================  =======================================================================
"""
